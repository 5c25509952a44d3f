"""What a reader is asked for and what it hands back, inside the child process."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from kartu.records.imports.cells import Row


@dataclass(frozen=True)
class Wanted:
    """What the person chose; empty means: find out."""

    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, by its name."""

    name: str
    is_hidden: bool = False


@dataclass
class Table:
    """An open table: what was found out about it, and its rows, which may be read once.

    `hidden_rows` and `merged` (first row, first column, last row, last column) count from 1 as the sheet does.
    `has_header` is True where the format itself names the columns (vCard).
    """

    rows: Iterator[Row]
    sheets: list[Sheet] = field(default_factory=list)
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    hidden_rows: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    has_header: bool = False
