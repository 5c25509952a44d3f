"""What a file is, by what stands in it. Its name does not count: .xls may be HTML, .csv may be a workbook."""

import json
import mmap
import re
import zipfile
from enum import StrEnum

from kartu.records.imports.archive import open_archive
from kartu.records.imports.letters import utf16
from kartu.records.imports.refusals import Refused, Why

HEAD_BYTES = 64 * 1024


class Kind(StrEnum):
    """What can be read; the values are what the person sees as the kind of file."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    HTML = "html"
    XML_SHEET = "xml"
    VCARD = "vcf"
    TEXT = "csv"


MAGIC = {
    b"%PDF": Why.PDF,
    b"\x89PNG": Why.PICTURE,
    b"\xff\xd8\xff": Why.PICTURE,
    b"GIF8": Why.PICTURE,
    b"RIFF": Why.PICTURE,
    b"Rar!": Why.ARCHIVE,
    b"7z\xbc\xaf": Why.ARCHIVE,
    b"\x1f\x8b": Why.ARCHIVE,
    b"BZh": Why.ARCHIVE,
    b"\xfd7zXZ": Why.ARCHIVE,
    b"{\\rtf": Why.WORD,
    b"\x09\x08\x08\x00": Why.OLD_EXCEL,
    b"\x09\x04\x06\x00": Why.OLD_EXCEL,
    b"\x09\x02\x06\x00": Why.OLD_EXCEL,
    b"\x09\x00\x04\x00": Why.OLD_EXCEL,
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(path: str) -> Kind:
    """The kind of the file at `path`; raises Refused for what is no table, saying what it is."""
    with open(path, "rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise Refused(Why.EMPTY)
    for magic, why in MAGIC.items():
        if head.startswith(magic):
            raise Refused(why)
    if head.startswith(b"PK"):
        return kind_of_archive(path)
    if head.startswith(OLE):
        return kind_of_ole(path)
    return kind_of_text(path, head)


def kind_of_archive(path: str) -> Kind:
    with open_archive(path) as archive:
        names = set(archive.namelist())
        mimetype = archive.read("mimetype")[:100] if "mimetype" in names and _is_small(archive, "mimetype") else b""
    if "xl/workbook.bin" in names:
        return Kind.XLSB
    if any(name.lower() == "xl/workbook.xml" for name in names):
        return Kind.XLSX
    if b"opendocument.spreadsheet" in mimetype:
        return Kind.ODS
    if any(name.startswith("word/") for name in names) or b"opendocument.text" in mimetype:
        raise Refused(Why.WORD)
    if any(name.startswith("ppt/") for name in names) or b"opendocument.presentation" in mimetype:
        raise Refused(Why.PRESENTATION)
    if any(name.endswith(".iwa") for name in names):
        raise Refused(Why.NUMBERS)
    if "[Content_Types].xml" in names:
        # The main part may stand elsewhere: the package's own list of relations knows.
        return Kind.XLSX
    raise Refused(Why.ARCHIVE)


def _is_small(archive: zipfile.ZipFile, name: str) -> bool:
    return archive.getinfo(name).file_size < 1000


def kind_of_ole(path: str) -> Kind:
    """A compound file: the names in its directory say whose it is."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise Refused(Why.LOCKED)
        if any(content.find(name.encode("utf-16-le")) >= 0 for name in ("Workbook\0", "Book\0")):
            return Kind.XLS
        if content.find("WordDocument".encode("utf-16-le")) >= 0:
            raise Refused(Why.WORD)
    raise Refused(Why.UNKNOWN)


def kind_of_text(path: str, head: bytes) -> Kind:
    text = _plain_head(head)
    start = text.lstrip("\ufeff \t\r\n")[:2000].lower()
    if start.startswith("begin:vcard"):
        return Kind.VCARD
    if start.startswith("<?xml") or start.startswith("<workbook"):
        if "urn:schemas-microsoft-com:office:spreadsheet" in text:
            return Kind.XML_SHEET
        if re.search(r"<(html|table)\b", start):
            return Kind.HTML
        raise Refused(Why.XML)
    if re.match(r"<(!doctype\s+html|html|table|head|meta|body|div|style)\b", start):
        return Kind.HTML
    if start[:1] in ("{", "[") and _is_json(path):
        raise Refused(Why.JSON)
    if _is_binary(head):
        raise Refused(Why.UNKNOWN)
    return Kind.TEXT


def _plain_head(head: bytes) -> str:
    """The head read so that ASCII words can be found in it, whatever the encoding."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:200]:
        head = head.replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _is_json(path: str) -> bool:
    """Whether the whole is JSON; beyond 5 MB the first bracket has to do."""
    with open(path, "rb") as file:
        content = file.read(5_000_001)
    if len(content) > 5_000_000:
        return True
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1a\x1b\0"))


def _is_binary(head: bytes) -> bool:
    """Text has hardly a control byte beside its blanks, and its zeros only as every second byte of UTF-16."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or utf16(head):
        return False
    controls = len(head) - len(head.translate(None, CONTROLS))
    return controls + head.count(0) > len(head) / 50
