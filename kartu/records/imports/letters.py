"""In which encoding a text file is written. Own rules first (BOM, UTF-8, UTF-16, the Cyrillic code pages that
general detectors mix up), then charset-normalizer.
"""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from charset_normalizer import from_bytes
from django.utils.translation import gettext_lazy as _

# What the person may choose when the guess is wrong: codec and how it is called on the screen.
ENCODINGS = {
    "utf-8": "UTF-8",
    "windows-1251": _("Cyrillic (Windows-1251)"),
    "koi8-r": _("Cyrillic (KOI8-R)"),
    "cp866": _("Cyrillic (DOS 866)"),
    "windows-1252": _("Western (Windows-1252)"),
    "windows-1250": _("Central European (Windows-1250)"),
    "utf-16-le": "Unicode UTF-16",
    "utf-16-be": _("Unicode UTF-16 (big-endian)"),
    "gb18030": _("Chinese (GB18030)"),
    "shift_jis": _("Japanese (Shift-JIS)"),
    "windows-1254": _("Turkish (Windows-1254)"),
}
# Some lines in UTF-8, others in a code page: files glued together from two sources.
MIXED = "utf-8+"
SAMPLE_BYTES = 256 * 1024
BOMS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]


def encoding_of(file: BinaryIO) -> tuple[str, int]:
    """The encoding of the file and the length of its BOM; the file is left at its start.

    "utf-8+windows-1251" says that lines which are no UTF-8 are in that code page.
    """
    sample = file.read(SAMPLE_BYTES)
    file.seek(0)
    for bom, name in BOMS:
        if sample.startswith(bom):
            return name, len(bom)
    if wide := utf16(sample):
        return wide, 0
    foreign, has_utf8 = _foreign_lines(file)
    file.seek(0)
    if not foreign:
        return "utf-8", 0
    return (MIXED if has_utf8 else "") + code_page(foreign), 0


def utf16(sample: bytes) -> str:
    """UTF-16 without a BOM: every second byte is 0 (Latin) or 4 (Cyrillic), and the other ones are not."""
    if len(sample) < 4 or 0 not in sample:
        return ""
    pairs = len(sample) // 2
    first, second = sample[0 : pairs * 2 : 2], sample[1 : pairs * 2 : 2]
    for high, low, name in ((second, first, "utf-16-le"), (first, second, "utf-16-be")):
        wide = high.count(0) + high.count(4)
        if wide > pairs * 0.7 and low.count(0) < pairs * 0.05:
            return name
    return ""


def _foreign_lines(file: BinaryIO) -> tuple[bytes, bool]:
    """Up to 256 KB of the lines that are no UTF-8, and whether other lines are UTF-8 beyond ASCII."""
    foreign, size, has_utf8 = [], 0, False
    for block in _blocks(file):
        if block.isascii():
            continue
        try:
            block.decode()
            has_utf8 = True
            continue
        except UnicodeDecodeError:
            pass
        for line in block.split(b"\n"):
            if line.isascii():
                continue
            if _is_utf8(line):
                has_utf8 = True
            elif size < SAMPLE_BYTES:
                foreign.append(line)
                size += len(line) + 1
    return b"\n".join(foreign), has_utf8 and _is_really_mixed(file, len(foreign))


def _blocks(file: BinaryIO, size: int = 1 << 20) -> Iterator[bytes]:
    """The file in pieces that end at the end of a line, where lines are shorter than a piece."""
    rest = b""
    while piece := file.read(size):
        data = rest + piece
        end = data.rfind(b"\n") + 1
        if not end and len(data) > 4 * size:
            end = len(data)
        yield data[:end]
        rest = data[end:]
    yield rest


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_really_mixed(file: BinaryIO, foreign: int) -> bool:
    """A short cp1251 word may look like UTF-8 ("Пё"); real mixtures hold UTF-8 lines in number or in length."""
    file.seek(0)
    good = 0
    for block in _blocks(file):
        for line in block.split(b"\n"):
            if not line.isascii() and _is_utf8(line):
                good += 1
                if good > foreign / 4 or len(line) - len(line.decode()) > 8:
                    return True
    return False


# Letters by their share in Russian text, in per cent.
SHARES = {
    10.9: "о", 8: "еа", 7: "ин", 6: "т", 5: "ср", 4.4: "вл", 3.2: "кмд", 2.7: "пу", 1.8: "яызьбг", 1.3: "чй",
    0.8: "хжшю", 0.4: "цщэф", 0.1: "ъё",
}  # fmt: skip
RUSSIAN = {letter: share for share, letters in SHARES.items() for letter in letters}
CYRILLIC_PAGES = ("windows-1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic")
HIGH = bytes(range(128, 256))
HIGH_RUN = re.compile(rb"[\x80-\xff]+")
LATIN_NEIGHBOUR = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")


def code_page(sample: bytes) -> str:
    """The 8-bit code page (or an Asian encoding) of text that is no UTF-8."""
    high = len(sample) - len(sample.translate(None, HIGH))
    touching = len(LATIN_NEIGHBOUR.findall(sample))
    if touching > high * 0.5:
        return _latin_page(sample)
    page, score = max(((page, _russian_score(sample, page)) for page in CYRILLIC_PAGES), key=lambda pair: pair[1])
    if score > 2.0:
        return page
    best = from_bytes(sample[:65536]).best()
    guess = codecs.lookup(best.encoding).name if best else ""
    if guess.startswith(("cp125", "iso8859", "mac", "latin")) or not guess or guess in ("ascii", "utf-8"):
        return _latin_page(sample)
    return {"gb2312": "gb18030", "gbk": "gb18030"}.get(guess, guess)


def _russian_score(sample: bytes, page: str) -> float:
    """The mean share, in per cent, of the letters that the high bytes stand for; letter case speaks too."""
    runs = [run.decode(page, "replace") for run in HIGH_RUN.findall(sample)]
    total = sum(len(run) for run in runs)
    if not total:
        return 0.0
    weight = 0.0
    for run in runs:
        weight += sum(RUSSIAN.get(letter, -6.0) for letter in run.lower())
        # "иВАНОВ" is what KOI8-R looks like in cp1251, and the other way round.
        if len(run) > 1 and run[0].islower() and run[1:].isupper():
            weight -= 6.0 * len(run)
    return weight / total


CENTRAL = "ąćęłńśźżĄĆĘŁŃŚŹŻěščřžýáíéúůďťňĚŠČŘŽÝÁÍÉÚŮĎŤŇőűŐŰöüóÖÜÓășțşţâîăȘȚŞŢÂÎĂđĐ"
WESTERN = "àâäæáãåçéèêëìîïíñòôöœóõøùûüúÿßÀÂÄÆÁÃÅÇÉÈÊËÌÎÏÍÑÒÔÖŒÓÕØÙÛÜÚŸ"
PLAIN_SIGNS = "’‘“”„–—…«»€°§ ·№£©®"


def _latin_page(sample: bytes) -> str:
    """Western or Central European: which one turns more bytes into letters of its own languages."""
    western = sum(char in WESTERN or char in PLAIN_SIGNS for char in sample.decode("windows-1252", "replace"))
    central = sum(char in CENTRAL or char in PLAIN_SIGNS for char in sample.decode("windows-1250", "replace"))
    return "windows-1250" if central > western else "windows-1252"


# UTF-8 that some program took for a Western or a Cyrillic code page: "Ð˜Ð²Ð°Ð½", "РРІР°РЅ".
MOJIBAKE = re.compile(r"(?:[ÐÑÃÂ][\x80-\xbf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ¡-¿]){2,}|(?:[РС][\x80-\xbfЂ-џ‚-™ ¡-¿°±µ¶·]){3,}")


def is_mojibake(text: str) -> bool:
    """Whether the text itself was once read in a wrong encoding and saved so."""
    return bool(MOJIBAKE.search(text)) and repaired(text) != text


def repaired(text: str) -> str:
    """The text as it was before it was misread; unchanged where there is nothing to repair."""
    for page in ("windows-1252", "windows-1251", "latin-1"):
        try:
            better = _as_bytes(text, page).decode()
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        if len(better) < len(text):
            return better
    return text


def _as_bytes(text: str, page: str) -> bytes:
    """Bytes that the page leaves undefined travel as C1 controls of the same number."""
    out = bytearray()
    for char in text:
        if 0x80 <= ord(char) <= 0x9F:
            out.append(ord(char))
        else:
            out += char.encode(page)
    return bytes(out)
