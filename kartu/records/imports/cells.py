"""What a cell may hold, and how rows travel from the reading child to the program.

A cell is None (empty), str, bool, int, float, date, datetime, time, or a `Fault`: an error the sheet itself shows,
or a formula whose result was never saved. A row travels as JSON; what JSON cannot say goes beside it.
"""

import json
import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

NO_RESULT = "=?"


@dataclass(frozen=True)
class Fault:
    """A cell without a usable value: `code` is what the sheet shows ("#N/A"), or NO_RESULT for a formula."""

    code: str


Cell = None | str | bool | int | float | date | datetime | time | Fault


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `number` as the sheet counts, from 1; trailing empty cells are left off."""

    number: int
    cells: list[Cell]


def tidy(value: object) -> Cell:
    """A value as the readers get it, made one of the kinds of Cell: whole floats become int, durations text."""
    if value is None or value == "":
        return None
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, timedelta):
        return duration_text(value)
    return value


def duration_text(value: timedelta) -> str:
    """26:30:00 for a duration of over a day, as Excel's [h]:mm:ss shows it."""
    seconds = int(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def as_text(cell: Cell) -> str:
    """The cell as one would type it: no exponent, no false tail, dates as ISO, yes and no as 1 and 0."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return plain_number(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, Fault):
        return "" if cell.code == NO_RESULT else cell.code
    return cell.isoformat()


def plain_number(value: float) -> str:
    """Up to 15 digits, as a sheet shows them: 0.1 + 0.2 is 0.3, and 7.9e10 is written out."""
    text = f"{value:.15g}"
    return f"{value:.0f}" if "e+" in text else text


def is_empty(row: list[Cell]) -> bool:
    return not any(cell is not None and cell != "" for cell in row)


def pack(rows: list[Row]) -> bytes:
    """Rows as one line of JSON: numbers of the rows, their cells, and apart from them what JSON cannot say."""
    packed, special = [], []
    for at, row in enumerate(rows):
        cells = row.cells
        for column, cell in enumerate(cells):
            if cell is None or type(cell) in PLAIN:
                continue
            if cells is row.cells:
                cells = list(cells)
            special.append([at, column, *_spell(cell)])
            cells[column] = None
        packed.append(cells)
    message = {"rows": packed, "numbers": [row.number for row in rows]}
    if special:
        message["special"] = special
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


PLAIN = {str, int, float, bool}


def _spell(cell: Cell) -> tuple[str, str]:
    if isinstance(cell, datetime):
        return "at", cell.isoformat()
    if isinstance(cell, date):
        return "day", cell.isoformat()
    if isinstance(cell, time):
        return "time", cell.isoformat()
    if isinstance(cell, Fault):
        return "fault", cell.code
    raise TypeError(f"A cell cannot be a {type(cell).__name__}")


READ_BACK = {"at": datetime.fromisoformat, "day": date.fromisoformat, "time": time.fromisoformat, "fault": Fault}


def unpack(message: dict) -> list[Row]:
    """The rows of a message written by `pack`."""
    rows = [Row(number, cells) for number, cells in zip(message["numbers"], message["rows"], strict=True)]
    for at, column, kind, text in message.get("special", ()):
        rows[at].cells[column] = READ_BACK[kind](text)
    return rows
