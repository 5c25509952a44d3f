"""Zip files (.xlsx, .xlsb, .ods) are counted before they are read: entries, unpacked bytes, the longest cell.

What a zip says of itself is not believed: every part that a reader will touch is unpacked here once, in pieces that
are thrown away, and counted. The same pass finds what the fast reader leaves out of an .xlsx: error cells, formulas
without a saved result, hidden rows.
"""

import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from kartu.records.imports import limits
from kartu.records.imports.refusals import Refused, Why

END = b"PK\x05\x06"
END64 = b"PK\x06\x06"
PIECE = 1 << 20
# What the readers open; pictures and the like are never unpacked.
READ = re.compile(r"\.(xml|bin|rels|vml)$|^mimetype$", re.IGNORECASE)


def open_archive(path: str) -> zipfile.ZipFile:
    """The zip at `path`, its directory found to be of a bearable size before Python loads it."""
    _check_directory(path)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as broken:
        raise Refused(Why.DAMAGED, detail=str(broken)) from broken
    if len(archive.infolist()) > limits.ARCHIVE_ENTRIES:
        raise Refused(Why.TOO_MANY_PARTS)
    return archive


def _check_directory(path: str) -> None:
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        file.seek(max(0, size - 66_000))
        tail = file.read()
    end = tail.rfind(END)
    if end < 0 or len(tail) - end < 22:
        raise Refused(Why.DAMAGED, detail="no end of the directory")
    entries, directory = struct.unpack("<HI", tail[end + 10 : end + 16])
    far = tail.rfind(END64, 0, end)
    if far >= 0 and len(tail) - far >= 48:
        entries, directory = struct.unpack("<QQ", tail[far + 32 : far + 48])
    if entries > limits.ARCHIVE_ENTRIES or directory > limits.ARCHIVE_DIRECTORY_BYTES:
        raise Refused(Why.TOO_MANY_PARTS)


def count_unpacked(path: str, on_piece: dict[str, "PartScan"]) -> None:
    """Unpack every part that a reader will open, piece by piece; raises Refused on a bomb or a damaged part.

    `on_piece` maps the name of a part to a scan that is fed its bytes.
    """
    total, packed = 0, os.path.getsize(path)
    with open(path, "rb") as file, open_archive(path) as archive:
        for part in archive.infolist():
            if part.flag_bits & 0x1:
                raise Refused(Why.LOCKED)
            if not READ.search(part.filename):
                continue
            scan = on_piece.get(part.filename) or PartScan()
            for piece in _pieces(file, part):
                total += len(piece)
                if total > limits.UNPACKED_BYTES:
                    raise Refused(Why.TOO_BIG)
                if total > limits.UNPACKED_FREE_BYTES and total > packed * limits.UNPACKED_RATIO:
                    raise Refused(Why.BOMB)
                scan.feed(piece)


def _pieces(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part unpacked, at most PIECE bytes at a time, whatever the directory says of its size and checksum."""
    file.seek(part.header_offset)
    head = file.read(30)
    if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
        raise Refused(Why.DAMAGED, detail=f"{part.filename} is not where the directory says")
    file.seek(sum(struct.unpack("<HH", head[26:])), io.SEEK_CUR)
    left = part.compress_size
    if part.compress_type == zipfile.ZIP_STORED:
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise Refused(Why.DAMAGED, detail=f"{part.filename} is packed by method {part.compress_type}")
    yield from _inflated(file, left, part.filename)


def _inflated(file: BinaryIO, left: int, name: str) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-15)
    try:
        while left > 0 and not unpacker.eof and (packed := file.read(min(PIECE, left))):
            left -= len(packed)
            while packed:
                yield unpacker.decompress(packed, PIECE)
                packed = unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error as broken:
        raise Refused(Why.DAMAGED, detail=f"{name}: {broken}") from broken


class PartScan:
    """Watches a part go by: its longest run of text, and a DTD, which no office program writes."""

    def __init__(self) -> None:
        self._run = 0
        self._is_first = True

    def feed(self, piece: bytes) -> None:
        if self._is_first:
            self._is_first = False
            self._is_xml = piece.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<"
            if self._is_xml and re.search(rb"<!(DOCTYPE|ENTITY)", piece[:4096]):
                raise Refused(Why.DOCTYPE)
        if not self._is_xml:
            return
        first, last = piece.find(b"<"), piece.rfind(b"<")
        if first < 0:
            self._run += len(piece)
        else:
            self._check(self._run + first)
            self._run = len(piece) - last
        self._check(self._run)

    def _check(self, run: int) -> None:
        if run > limits.CELL_CHARACTERS * 2:
            raise Refused(Why.TOO_LONG_CELL)


# An error cell, and a formula cell that holds nothing but its formula. \b keeps <c from meaning <cols> or <cfvo>.
ERROR_CELL = re.compile(
    rb"""<(?:\w+:)?c\b([^>]*\bt=["']e["'][^>]*)>(?:(?!</(?:\w+:)?c>).){0,20000}?<(?:\w+:)?v>([^<]{1,40})<""", re.DOTALL
)
BARE_FORMULA = re.compile(
    rb"""<(?:\w+:)?c\b([^>/]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*\bhidden=["'](?:1|true)["'][^>]*>""")
PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
ROW_PLACE = re.compile(rb"""\br=["']([0-9]{1,7})["']""")
ROW_BEGUN = re.compile(rb"<(?:\w+:)?row ")


class SheetScan(PartScan):
    """Finds in a worksheet what the fast reader leaves out.

    `faults` maps (row, column), both from 0, to what the sheet shows; `hidden_rows` counts from 1.
    """

    def __init__(self) -> None:
        super().__init__()
        self.faults: dict[tuple[int, int], str] = {}
        self.hidden_rows: list[int] = []
        self._rest = b""

    def feed(self, piece: bytes) -> None:
        super().feed(piece)
        data = self._rest + piece
        end = _end_of_rows(data)
        whole, self._rest = data[:end], data[end:]
        if len(self._rest) > limits.ROW_CHARACTERS * 4:
            raise Refused(Why.TOO_LONG_ROW)
        self._look(whole)

    def _look(self, rows: bytes) -> None:
        if b't="e"' in rows or b"t='e'" in rows:
            for cell in ERROR_CELL.finditer(rows):
                self._note(cell[1], cell[2].decode("ascii", "replace"))
        if b"<f" in rows or b":f" in rows:
            for cell in BARE_FORMULA.finditer(rows):
                self._note(cell[1], "=?")
        if b"hidden=" in rows:
            for row in HIDDEN_ROW.finditer(rows):
                if place := ROW_PLACE.search(row[0]):
                    self.hidden_rows.append(int(place[1]))

    def _note(self, attributes: bytes, shown: str) -> None:
        if place := PLACE.search(attributes):
            self.faults[int(place[2]) - 1, column_number(place[1].decode())] = shown


def _end_of_rows(data: bytes) -> int:
    """Where the last whole row of `data` ends, 0 if none does. An empty one has no end tag: the next one ends it."""
    begun = data.rfind(b"row ") + 4
    at = data.rfind(b"<", 0, begun)
    next_row = at if ROW_BEGUN.fullmatch(data, at, begun) else 0
    return max(data.rfind(b"row>") + 4 if b"row>" in data else 0, next_row)


def column_number(letters: str) -> int:
    """0 for A, 25 for Z, 26 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def mended(path: str) -> io.BytesIO:
    """The zip once more with a true directory. To be called after `count_unpacked`, which knows it is no bomb."""
    copy = io.BytesIO()
    whole = zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with open(path, "rb") as file, open_archive(path) as broken, whole:
        for part in broken.infolist():
            if not READ.search(part.filename) or part.filename in whole.NameToInfo:
                continue
            content = b"".join(_pieces(file, part))
            whole.writestr(part.filename, content)
    return copy
