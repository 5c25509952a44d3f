"""Workbooks by calamine: .xlsx (and .xlsm, whose macros nobody looks at), .xlsb, .xls, .ods."""

import posixpath
from collections.abc import Iterator

import python_calamine as calamine
from lxml import etree

from kartu.records.imports.archive import SheetScan, count_unpacked, open_archive
from kartu.records.imports.cells import Fault, Row, is_empty, tidy
from kartu.records.imports.kinds import Kind
from kartu.records.imports.refusals import Refused, Why
from kartu.records.imports.tables import Sheet, Table, Wanted

MERGED_AT_MOST = 10_000


def read_xlsx(path: str, wanted: Wanted) -> Table:
    parts = sheet_parts(path)
    scans = {part: SheetScan() for part in parts.values()}
    count_unpacked(path, scans)
    table = _read(path, wanted)
    scan = scans.get(parts.get(table.sheet, ""))
    if scan:
        table.hidden_rows = scan.hidden_rows
        if scan.faults:
            table.rows = _with_faults(table.rows, scan.faults)
    return table


def read_archived(path: str, wanted: Wanted) -> Table:
    """.xlsb and .ods: zips too, so counted first; their error cells read as empty or as text."""
    count_unpacked(path, {})
    return _read(path, wanted)


def read_xls(path: str, wanted: Wanted) -> Table:
    return _read(path, wanted)


READERS = {Kind.XLSX: read_xlsx, Kind.XLSB: read_archived, Kind.ODS: read_archived, Kind.XLS: read_xls}


def _read(path: str, wanted: Wanted) -> Table:
    try:
        with open(path, "rb") as file:
            book = calamine.CalamineWorkbook.from_filelike(file)
        sheets = _sheets(book)
        sheet = _choose(book, sheets, wanted)
        merged = sheet.merged_cell_ranges or []
    except calamine.PasswordError as locked:
        raise Refused(Why.LOCKED) from locked
    except calamine.CalamineError as broken:
        raise Refused(Why.DAMAGED, detail=str(broken)) from broken
    places = [(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in merged[:MERGED_AT_MOST]]
    return Table(rows=_rows(sheet), sheets=sheets, sheet=sheet.name, merged=places)


def _sheets(book: calamine.CalamineWorkbook) -> list[Sheet]:
    grids = (calamine.SheetTypeEnum.WorkSheet,)
    return [
        Sheet(sheet.name, sheet.visible != calamine.SheetVisibleEnum.Visible)
        for sheet in book.sheets_metadata
        if sheet.typ in grids
    ]


def _choose(book: calamine.CalamineWorkbook, sheets: list[Sheet], wanted: Wanted) -> calamine.CalamineSheet:
    """The sheet asked for, else the first visible one that holds anything, else the first hidden one that does."""
    if wanted.sheet:
        if wanted.sheet not in [sheet.name for sheet in sheets]:
            raise Refused(Why.NO_SUCH_SHEET, detail=wanted.sheet)
        return book.get_sheet_by_name(wanted.sheet)
    for sheet in sorted(sheets, key=lambda sheet: sheet.is_hidden):
        candidate = book.get_sheet_by_name(sheet.name)
        if candidate.start is not None:
            return candidate
    raise Refused(Why.NO_ROWS)


def _rows(sheet: calamine.CalamineSheet) -> Iterator[Row]:
    for number, values in enumerate(sheet.iter_rows(), 1):
        while values and values[-1] == "":
            values.pop()
        cells = [tidy(value) for value in values]
        if not is_empty(cells):
            yield Row(number, cells)


def _with_faults(rows: Iterator[Row], faults: dict[tuple[int, int], str]) -> Iterator[Row]:
    """The rows with their error cells put back; a row that holds nothing else comes back too."""
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), code in faults.items():
        by_row.setdefault(row + 1, {})[column] = code
    waiting = sorted(by_row, reverse=True)
    for row in rows:
        while waiting and waiting[-1] < row.number:
            number = waiting.pop()
            yield _put_back(Row(number, []), by_row[number])
        if waiting and waiting[-1] == row.number:
            row = _put_back(row, by_row[waiting.pop()])
        yield row
    while waiting:
        number = waiting.pop()
        yield _put_back(Row(number, []), by_row[number])


def _put_back(row: Row, codes: dict[int, str]) -> Row:
    row.cells.extend([None] * (max(codes) + 1 - len(row.cells)))
    for column, code in codes.items():
        if row.cells[column] is None:
            row.cells[column] = Fault(code)
    return row


PART_BYTES = 5_000_000


def sheet_parts(path: str) -> dict[str, str]:
    """The part of the zip that holds each sheet, by the sheet's name; empty where the workbook says it oddly."""
    with open_archive(path) as archive:
        names = {name.lower(): name for name in archive.namelist()}
        book, links = names.get("xl/workbook.xml"), names.get("xl/_rels/workbook.xml.rels")
        if not book or not links or max(archive.getinfo(name).file_size for name in (book, links)) > PART_BYTES:
            return {}
        try:
            workbook, relations = (_parse(archive.read(name)) for name in (book, links))
        except Exception:  # noqa: BLE001 - any damage here only means that error cells stay unseen
            return {}
    targets = {link.get("Id"): link.get("Target", "") for link in relations}
    parts = {}
    for sheet in workbook.iter("{*}sheet"):
        target = targets.get(next((link for name, link in sheet.attrib.items() if name.endswith("}id")), ""), "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if part.lower() in names:
            parts[sheet.get("name")] = names[part.lower()]
    return parts


def _parse(content: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)
