"""What stands where in a table: the header, what kind of thing each column holds, in which order its dates are written.

Guesses are made on the first rows; the person sees them and may say otherwise.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from kartu.records.imports.cells import Cell, Fault, Row, as_text
from kartu.records.imports.letters import is_mojibake
from kartu.records.imports.values import DateOrder, date_parts, find_emails, is_nothing, parse_moment, parse_number

SAMPLE_ROWS = 50
HEADER_WITHIN = 25


class Looks(StrEnum):
    """What a column looks like by its values."""

    EMPTY = "empty"
    EMAIL = "email"
    PHONE = "phone"
    DATE = "date"
    NUMBER = "number"
    FLAG = "flag"
    SITE = "site"
    LONG = "long"
    TEXT = "text"


@dataclass
class Column:
    """One column of the table; `at` counts from 0. `samples` are the first values, as text."""

    at: int
    header: str
    looks: Looks = Looks.EMPTY
    samples: list[str] = field(default_factory=list)
    filled: int = 0


@dataclass
class Layout:
    """Where the table stands: numbers of the header rows (none: there is no header), the first row of data, columns."""

    header_rows: list[int]
    first_row: int
    columns: list[Column]
    is_mojibake: bool = False


def guess_layout(
    rows: list[Row],
    *,
    is_header_word: Callable[[str], bool],
    merged: Iterable[Iterable[int]] = (),
    has_header: bool = False,
) -> Layout:
    """The layout of a table that begins with `rows`. `is_header_word` says whether a text is a known header."""
    if not rows:
        return Layout([], 1, [])
    at = 0 if has_header else find_header(rows, is_header_word)
    return layout_with_header(rows, rows[at].number if at is not None else None, merged=merged)


def layout_with_header(rows: list[Row], header: int | None, *, merged: Iterable[Iterable[int]] = ()) -> Layout:
    """The layout when the header stands in row number `header`; None: the table has no header."""
    head = next((row for row in rows if row.number == header), None)
    data = [row for row in rows if head is None or row.number > head.number]
    numbers, titles = [], []
    if head:
        above = next((row for row in reversed(rows) if row.number < head.number), None)
        titles, is_double = _titles(head, above, [list(place) for place in merged])
        numbers = [above.number, head.number] if is_double else [head.number]
    columns = _columns(titles, data)
    first = data[0].number if data else (head.number + 1 if head else 1)
    spoilt = any(is_mojibake(text) for column in columns for text in [column.header, *column.samples])
    return Layout(numbers, first, columns, spoilt)


# ---- the header


def find_header(rows: list[Row], is_header_word: Callable[[str], bool]) -> int | None:
    """The place in `rows` of the row that names the columns; None when the table begins at once."""
    best, best_score = None, 0.0
    width = max(_filled(row) for row in rows[:HEADER_WITHIN])
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        score = _header_score(row, width, is_header_word)
        # Of two equal rows the upper one; a header far down needs to be better than one on top.
        if score - at * 0.01 > best_score:
            best, best_score = at, score - at * 0.01
    if best is None or best_score < 0.5:
        return None
    return best


def _header_score(row: Row, width: int, is_header_word: Callable[[str], bool]) -> float:
    cells = [cell for cell in row.cells if cell is not None and cell != ""]
    texts = [cell.strip() for cell in cells if isinstance(cell, str)]
    known = sum(map(is_header_word, texts))
    if not texts or any(map(_is_a_value, texts)) and known < len(cells) * 0.5:
        return 0.0
    if not known and (len(texts) < len(cells) or len(cells) < 2 or len(cells) < width * 0.6):
        return 0.0
    names = len({text.casefold() for text in texts if len(text) <= 80}) / len(cells)
    # A row of words that nobody knows is a header only where it is wide, short-worded and all different.
    return known / len(cells) + names * min(1.0, len(cells) / max(width, 1)) * 0.45 + (0.1 if not known else 0.0)


def _is_a_value(text: str) -> bool:
    """Whether no header would say so: an address, a number, a date."""
    digits = sum(char.isdigit() for char in text)
    return bool(find_emails(text)) or digits >= 5 or (digits > 0 and digits >= len(text) - 2)


def _filled(row: Row) -> int:
    return sum(cell is not None and cell != "" for cell in row.cells)


def _titles(head: Row, above: Row | None, merged: list[list[int]]) -> tuple[list[str], bool]:
    """The headers, and whether the row above gives them a first half ("Contact" over "Phone", "E-mail")."""
    titles = [as_text(cell).strip() for cell in head.cells]
    if above is None or above.number != head.number - 1:
        return titles, False
    over = [place for place in merged if place[0] == above.number and 1 < place[3] - place[1] + 1 < len(titles)]
    if not over:
        return titles, False
    halves = [as_text(cell).strip() for cell in above.cells] + [""] * (len(titles) - len(above.cells))
    for _top, left, _bottom, right in over:
        for column in range(left, min(right, len(titles))):
            halves[column] = halves[left - 1]
    return [" ".join(filter(None, pair)) for pair in zip(halves, titles, strict=False)], True


# ---- columns


def _columns(titles: list[str], data: list[Row]) -> list[Column]:
    """Every column that has a header or a value, with what it looks like."""
    sample = data[:SAMPLE_ROWS]
    width = max([len(titles), *(len(row.cells) for row in data)], default=0)
    columns = []
    for at in range(width):
        cells = [row.cells[at] for row in sample if at < len(row.cells) and row.cells[at] is not None]
        header = titles[at] if at < len(titles) else ""
        if not header and not cells and not any(at < len(row.cells) and row.cells[at] for row in data):
            continue
        column = Column(at, header, looks_of(cells), _samples(cells), len(cells))
        columns.append(column)
    return columns


def _samples(cells: list[Cell], count: int = 3) -> list[str]:
    texts = (as_text(cell).strip() or "…" for cell in cells)
    return list(dict.fromkeys(text[:120] for text in texts))[:count]


SITE = re.compile(r"(?i)^(https?://|www\.)\S+$|^[\w-]+(\.[\w-]+)*\.(com|ru|id|net|org|co|рф|info|biz|io)(/\S*)?$")
PHONE_SIGNS = re.compile(r"^[\d\s()+.\-–/;,*#]+$")


def looks_of(cells: list[Cell]) -> Looks:
    """What most of the values are; TEXT where no kind has three in five."""
    texts = [cell for cell in cells if not is_nothing(as_text(cell)) and not isinstance(cell, Fault)]
    if not texts:
        return Looks.EMPTY
    kinds = Counter(map(_kind_of, texts))
    kind, count = kinds.most_common(1)[0]
    if kind == Looks.NUMBER and count + kinds[Looks.PHONE] >= len(texts) * 0.6 and kinds[Looks.PHONE] >= count / 3:
        return Looks.PHONE
    return kind if count >= len(texts) * 0.6 else Looks.TEXT


def _kind_of(cell: Cell) -> Looks:
    if isinstance(cell, bool):
        return Looks.FLAG
    if not isinstance(cell, (str, int, float)):
        return Looks.DATE
    text = as_text(cell).strip()
    if isinstance(cell, str) and parse_moment(text):
        return Looks.DATE
    if find_emails(text):
        return Looks.EMAIL
    if _is_phone(text):
        return Looks.PHONE
    if parse_number(cell) is not None:
        return Looks.NUMBER
    if SITE.match(text):
        return Looks.SITE
    return Looks.LONG if len(text) > 90 or "\n" in text else Looks.TEXT


def _is_phone(text: str) -> bool:
    digits = sum(char.isdigit() for char in text)
    if not 7 <= digits <= 45 or not PHONE_SIGNS.match(text):
        return False
    has_signs = not text.isdigit()
    starts = text.lstrip(" (").startswith(("+", "8", "7", "0", "62"))
    # 10 or 12 bare digits are a tax id as likely as a phone; the header has to say.
    return (has_signs and digits >= 7 and (starts or "-" in text or " " in text)) or (
        starts and digits == 11 or text.startswith(("08", "628")) and 9 <= digits <= 14
    )


# ---- the order of dates


def guess_date_order(cells: Iterable[Cell]) -> DateOrder | None:
    """How the dates of a column are written; None when every one of them could be read both ways.

    A column without dates in numbers (or with real dates of a sheet) needs no order: DMY is as good as any.
    """
    day_first = month_first = undecided = 0
    for cell in cells:
        parts = date_parts(cell) if isinstance(cell, str) else None
        if not parts:
            continue
        first, second, _third = parts
        if first > 31:
            continue  # 2025-12-31 says itself what it is
        if first > 12 >= second:
            day_first += 1
        elif second > 12 >= first:
            month_first += 1
        elif first != second:
            undecided += 1
    if not undecided and not month_first:
        return DateOrder.DMY
    if day_first > month_first:
        return DateOrder.DMY
    if month_first > day_first:
        return DateOrder.MDY
    return None


def guess_decimal_mark(cells: Iterable[Cell]) -> str:
    """The decimal mark that the numbers of a column show; empty where none shows any."""
    commas = points = 0
    for cell in cells:
        if not isinstance(cell, str):
            continue
        comma, point = cell.rfind(","), cell.rfind(".")
        if comma >= 0 and point >= 0:
            commas, points = commas + (comma > point), points + (point > comma)
        elif comma >= 0 and (len(cell.strip()) - comma - 1 != 3 or cell.count(",") > 1):
            commas, points = commas + (cell.count(",") == 1), points + (cell.count(",") > 1)
        elif point >= 0 and (len(cell.strip()) - point - 1 != 3 or cell.count(".") > 1):
            points, commas = points + (cell.count(".") == 1), commas + (cell.count(".") > 1)
    if commas == points:
        return ""
    return "," if commas > points else "."
