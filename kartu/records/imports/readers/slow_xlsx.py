"""The second reader of .xlsx: slow, but row by row. It takes what the fast one cannot: a stray cell a million rows down
(the fast one holds the whole rectangle in memory) and zips whose directory lies about sizes."""

import io
import warnings
import zipfile
from collections.abc import Iterator

import openpyxl
from openpyxl.cell.read_only import EmptyCell
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from kartu.records.imports.archive import count_unpacked, mended
from kartu.records.imports.cells import NO_RESULT, Fault, Row, is_empty, tidy
from kartu.records.imports.kinds import Kind
from kartu.records.imports.refusals import Refused, Why
from kartu.records.imports.tables import Sheet, Table, Wanted


def read_xlsx(path: str, wanted: Wanted) -> Table:
    count_unpacked(path, {})
    warnings.simplefilter("ignore")  # on styles and extensions that mean nothing to a table
    try:
        book = _open(path)
    except zipfile.BadZipFile:
        book = _open(mended(path))
    grids = [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]
    sheets = [Sheet(sheet.title, sheet.sheet_state != "visible") for sheet in grids]
    sheet = _choose(grids, wanted)
    return Table(rows=_rows(sheet), sheets=sheets, sheet=sheet.title)


def _open(source: str | io.BytesIO) -> openpyxl.Workbook:
    try:
        return openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)
    except (MemoryError, zipfile.BadZipFile):
        raise
    except Exception as broken:  # noqa: BLE001 - openpyxl raises whatever a damaged part makes it raise
        raise Refused(Why.DAMAGED, detail=repr(broken)) from broken


READERS = {Kind.XLSX: read_xlsx}


def _choose(grids: list[ReadOnlyWorksheet], wanted: Wanted) -> ReadOnlyWorksheet:
    for grid in grids:
        grid.reset_dimensions()  # the declared range may be the whole sheet; only the cells count
    if wanted.sheet:
        for grid in grids:
            if grid.title == wanted.sheet:
                return grid
        raise Refused(Why.NO_SUCH_SHEET, detail=wanted.sheet)
    for grid in sorted(grids, key=lambda grid: grid.sheet_state != "visible"):
        if next(_rows(grid), None):
            return grid
    raise Refused(Why.NO_ROWS)


def _rows(sheet: ReadOnlyWorksheet) -> Iterator[Row]:
    try:
        for number, row in enumerate(sheet.iter_rows(), 1):
            cells = [_cell(cell) for cell in row]
            while cells and cells[-1] is None:
                cells.pop()
            if not is_empty(cells):
                yield Row(number, cells)
    except MemoryError:
        raise
    except Exception as broken:  # noqa: BLE001 - as above
        raise Refused(Why.DAMAGED, at=number, detail=repr(broken)) from broken


def _cell(cell: object) -> object:
    if isinstance(cell, EmptyCell):
        return None
    if cell.data_type == "e":
        return Fault(cell.value or NO_RESULT)
    value = cell.value
    if cell.is_date and hasattr(value, "time") and value.time().isoformat() == "00:00:00":
        return value.date()
    return tidy(value)
