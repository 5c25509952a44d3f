"""Files of every kind the reader knows, made on the spot; the odd ones are written byte by byte."""

import struct
import zipfile
from pathlib import Path

import openpyxl

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def xlsx(path: Path, *sheets: list[list], names: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for at, rows in enumerate(sheets):
        sheet = book.create_sheet(names[at] if names else f"Sheet{at + 1}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def raw_xlsx(
    path: Path, sheet_data: str | bytes, *, extra: dict[str, str | bytes] | None = None, head: str = ""
) -> Path:
    """A workbook of one sheet whose XML is given; `extra` adds or replaces parts."""
    data = sheet_data.encode() if isinstance(sheet_data, str) else sheet_data
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            '<Override PartName="/xl/sharedStrings.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
            f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
            '<sheet name="Clients" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATIONS}/worksheet" '
            f'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{RELATIONS}/sharedStrings" '
            'Target="sharedStrings.xml"/></Relationships>'
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"/>',
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{MAIN}">{head}<sheetData>'.encode() + data + b"</sheetData></worksheet>"
        ),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | (extra or {})).items():
            archive.writestr(name, content)
    return path


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def ods(path: Path, rows_xml: str, name: str = "Clients") -> Path:
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="{name}">{rows_xml}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return path


def ods_row(*cells: str | float) -> str:
    out = []
    for cell in cells:
        if isinstance(cell, str):
            out.append(f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>')
        else:
            out.append(f'<table:table-cell office:value-type="float" office:value="{cell}"/>')
    return f"<table:table-row>{''.join(out)}</table:table-row>"


def xls(path: Path, rows: list[list[str | float]]) -> Path:
    """An Excel 97 workbook: BIFF8 records in a compound file."""
    end = _biff(0x0A, b"")
    sheet = _biff(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HHH", at, column, 0)
            if isinstance(cell, str):
                text = cell.encode("utf-16-le")
                sheet += _biff(0x204, place + struct.pack("<HB", len(cell), 1) + text)
            else:
                sheet += _biff(0x203, place + struct.pack("<d", cell))
    sheet += end
    start = _biff(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0, 0, 0, 0))
    name = "Clients"
    length = len(start) + 4 + 8 + len(name) + len(end)
    bound = _biff(0x85, struct.pack("<IBBBB", length, 0, 0, len(name), 0) + name.encode())
    path.write_bytes(compound({"Workbook": start + bound + end + sheet}))
    return path


def _biff(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file ("OLE2") with the streams given, each padded to where no mini stream is needed."""
    end, free, fat_mark = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    sectors: list[bytes] = [b"", b""]  # the allocation table, then the directory
    table = [fat_mark, end]
    entries = [_entry("Root Entry", 5, end, 0, child=1)]
    for name, content in streams.items():
        content = content.ljust(4096, b"\0")
        entries.append(_entry(name, 2, len(sectors), len(content)))
        pieces = [content[at : at + 512].ljust(512, b"\0") for at in range(0, len(content), 512)]
        table += [*range(len(sectors) + 1, len(sectors) + len(pieces)), end]
        sectors += pieces
    sectors[1] = b"".join(entries).ljust(512, b"\0")
    sectors[0] = struct.pack("<128I", *(table + [free] * 128)[:128])
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    return header + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    none = 0xFFFFFFFF
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text), kind, 1, none, none, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def xlsb(path: Path, rows: list[list[str | float]]) -> Path:
    """A binary workbook: records of BIFF12 in a zip."""
    book = _record(0x83, b"") + _record(0x8F, b"")
    book += _record(0x9C, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Clients")) + _record(0x90, b"")
    book += _record(0x84, b"")
    width = max(len(row) for row in rows)
    sheet = _record(0x81, b"") + _record(0x94, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1))
    sheet += _record(0x91, b"")
    for at, row in enumerate(rows):
        sheet += _record(0x00, struct.pack("<IIHBBBI", at, 0, 300, 0, 0, 0, 0))
        for column, cell in enumerate(row):
            place = struct.pack("<II", column, 0)
            sheet += (
                _record(0x06, place + _wide(cell))
                if isinstance(cell, str)
                else _record(0x05, place + struct.pack("<d", cell))
            )
    sheet += _record(0x92, b"") + _record(0x82, b"")
    links = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{RELATIONS}/worksheet" '
        'Target="worksheets/sheet1.bin"/></Relationships>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", links)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    return path


def _record(kind: int, data: bytes) -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind, 0x01])
    length, size = b"", len(data)
    while True:
        size, low = size >> 7, size & 0x7F
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            return head + length + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def zip_of(path: Path, parts: dict[str, bytes], **options: object) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def long_cell_xlsx(path: Path, megabytes: int) -> Path:
    """A small file whose only sheet is one cell of so many megabytes; never whole in the memory of whoever makes it."""
    raw_xlsx(path, "")
    parts = zipfile.ZipFile(path)
    with parts, zipfile.ZipFile(path.with_suffix(".new"), "w", zipfile.ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            if not name.startswith("xl/worksheets/"):
                archive.writestr(name, parts.read(name))
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'.encode())
            for _ in range(megabytes):
                sheet.write(b"A" * 1_000_000)
            sheet.write(b"</t></is></c></row></sheetData></worksheet>")
    path.with_suffix(".new").replace(path)
    return path
