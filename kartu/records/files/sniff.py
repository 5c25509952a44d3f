"""What a file is, by its first bytes. Its name and what the browser says of it count for nothing."""

import zipfile
from pathlib import Path

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
)
PROGRAMS: tuple[bytes, ...] = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
PROGRAM = "application/x-executable"
UNKNOWN = "application/octet-stream"
OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
PEEK = 8192


def kind_of(path: Path) -> str:
    """The MIME type of what lies at `path`; `application/octet-stream` where nothing is recognised."""
    with path.open("rb") as file:
        head = file.read(PEEK)
    if head.startswith(PROGRAMS):
        return PROGRAM
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(path)
    return "text/plain" if is_text(head) else UNKNOWN


def _kind_of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:2000]
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return archive.read("mimetype").decode("ascii", "replace")[:80]
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return "application/zip"
    for folder, kind in OFFICE.items():
        if any(name.startswith(folder) for name in names):
            return kind
    return "application/zip"


def is_text(head: bytes) -> bool:
    """UTF-8 without control characters. HTML and SVG are text too: they are shown as text and never run."""
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # not just a letter cut in two by the end of the peek
            return False
        text = head[: error.start].decode("utf-8")
    return not any(letter < " " and letter not in "\t\n\r\f\x1b" for letter in text)
