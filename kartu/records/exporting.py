"""Rows as a file for Excel: typed cells, a frozen head, totals; and no cell that Excel would take for a formula.

A text that begins like a formula is written as text (xlsx) or with an apostrophe before it (csv); the importer takes
the apostrophe away again, so that export and import give back the same.
"""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from kartu.records.marks import Mark

# What Excel, LibreOffice or Google Sheets may run: the full-width signs are turned into plain ones by some of them.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
GUARD = "'"
BOLD = Font(bold=True)
TOP = Alignment(vertical="top")


@dataclass
class Sheet:
    """What is written: `heads`, rows of Python values (None for nothing) of the same length, `totals` or none.

    `widths` in characters, one a column; `rows` may be an iterator over very many. `mark` stands below all else, and
    among the properties of the file; `marked` are the columns that carry the rest of it.
    """

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int] = ()
    totals: Sequence[Any] = field(default_factory=list)
    mark: Mark | None = None
    marked: frozenset[int] = frozenset()

    def told(self) -> Iterator[Sequence[Any]]:
        """The rows as they leave."""
        if self.mark is None:
            yield from self.rows
            return
        for row in self.rows:
            yield [self.mark.on(value) if at in self.marked else value for at, value in enumerate(row)]


@dataclass(frozen=True)
class Written:
    """A file made: how many rows it holds, what its bytes hash to, the number that it carries."""

    path: Path
    rows: int
    sha256: str
    number: int | None = None


def write_xlsx(sheet: Sheet, path: Path) -> Written:
    """Write `sheet` to `path` row by row, in bounded memory."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet_name(sheet.title))
    page.freeze_panes = "A2"
    for number, width in enumerate(sheet.widths or [20] * len(sheet.heads), 1):
        page.column_dimensions[get_column_letter(number)].width = min(80, max(6, width))
    page.append([text_cell(page, str(head), bold=True) for head in sheet.heads])
    count = 0
    for row in sheet.told():
        page.append([xlsx_cell(page, value) for value in row])
        count += 1
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.heads))}{count + 1}"
    if sheet.totals:
        page.append([xlsx_cell(page, value, bold=True) for value in sheet.totals])
    if sheet.mark:
        page.append([text_cell(page, sheet.mark.line)])
        book.properties.creator, book.properties.description = sheet.mark.who, sheet.mark.line
    book.save(path)
    return Written(path, count, digest_of(path), sheet.mark and sheet.mark.number)


def write_template(title: str, heads: Sequence[str], example: Sequence[Any], values: dict[int, list[str]]) -> bytes:
    """A workbook to be filled in: `heads`, a row that shows what is meant, and lists to choose from (column -> values).

    The lists stand on a sheet of their own, for a rule of a cell holds 255 letters at most.
    """
    book = Workbook()
    page, lists = book.active, book.create_sheet("Lists")
    page.title, page.freeze_panes, lists.sheet_state = sheet_name(title), "A2", "hidden"
    for at, head in enumerate(heads, 1):
        page.cell(1, at, head).font = BOLD
        page.cell(2, at, example[at - 1])
        page.column_dimensions[get_column_letter(at)].width = max(14, len(head) + 4)
    for at, names in values.items():
        for row, name in enumerate(names, 1):
            cell = lists.cell(row, at + 1, name)
            cell.data_type = "s"
        letter = get_column_letter(at + 1)
        rule = DataValidation(
            type="list", formula1=f"'Lists'!${letter}$1:${letter}${len(names)}", showErrorMessage=False
        )
        rule.add(f"{letter}2:{letter}10000")
        page.add_data_validation(rule)
    with io.BytesIO() as out:
        book.save(out)
        return out.getvalue()


def sheet_name(title: str) -> str:
    """Excel refuses some signs in the name of a sheet, and more than 31."""
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)[:31].strip() or "Kartu"


def xlsx_cell(page: Any, value: Any, *, bold: bool = False) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, bool | str) or not isinstance(value, int | float | Decimal | date):
        return text_cell(page, str(value), bold=bold)
    if isinstance(value, datetime) and value.tzinfo:
        value = timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    cell = WriteOnlyCell(page, value)
    if isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    if bold:
        cell.font = BOLD
    return cell


def text_cell(page: Any, text: str, *, bold: bool = False) -> WriteOnlyCell:
    """A cell that is text, whatever it begins with: openpyxl would make a formula of what begins with "="."""
    cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", text)[:32_767])
    cell.data_type = "s"
    if bold:
        cell.font = BOLD
    if "\n" in text:
        cell.alignment = TOP
    return cell


def write_csv(sheet: Sheet, path: Path, *, delimiter: str = ";") -> Written:
    """Write `sheet` as UTF-8 with the mark that Excel needs to see that it is."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow([guarded(str(head)) for head in sheet.heads])
        for row in sheet.told():
            writer.writerow([csv_text(value) for value in row])
            count += 1
        if sheet.totals:
            writer.writerow([csv_text(value) for value in sheet.totals])
        if sheet.mark:
            writer.writerow([csv_text(sheet.mark.line), *[""] * (len(sheet.heads) - 1)])
    return Written(path, count, digest_of(path), sheet.mark and sheet.mark.number)


def csv_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | str):
        return guarded(str(value))
    if isinstance(value, datetime):
        local = timezone.localtime(value) if value.tzinfo else value
        return f"{local:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return guarded(str(value)) if not isinstance(value, int | float) else str(value)


def guarded(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula. `unguarded` gives the text back."""
    return GUARD + text if text.startswith((*FORMULA_SIGNS, GUARD)) else text


def unguarded(text: str) -> str:
    """What `guarded` was given. Other programs put the apostrophe before phones that begin with a plus."""
    return text[1:] if text.startswith(GUARD) and text[1:].startswith((*FORMULA_SIGNS, GUARD)) else text


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
