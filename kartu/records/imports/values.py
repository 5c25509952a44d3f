"""What people write into cells, read as numbers, dates, yes and no. Nothing is guessed twice: a form that can mean two
dates needs the order of its parts from `guess.py` or from the person.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from kartu.records.imports.cells import Cell, Fault


class DateOrder(StrEnum):
    """How dates with only numbers are written in a column: 31.12.2025, 12/31/2025 or 2025-12-31."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


NOTHING = frozenset(
    ("", "-", "--", "---", "–", "—", "_", ".", "?", "n/a", "na", "n.a.", "none", "null", "nil", "nan", "#n/a", "#н/д")
    + ("нет", "нету", "н/д", "не указан", "не указано", "отсутствует", "пусто")
    + ("tidak ada", "belum ada", "kosong", "t/a")
)
LONGEST_NOTHING = max(map(len, NOTHING))


def is_nothing(text: str) -> bool:
    """What people type to say that there is nothing."""
    return text.strip().casefold() in NOTHING


# ---- dates

MONTHS = {
    1: "january jan januari янв январь января",
    2: "february feb februari фев февр февраль февраля",
    3: "march mar maret мар март марта",
    4: "april apr апр апрель апреля",
    5: "may mei май мая",
    6: "june jun juni июн июнь июня",
    7: "july jul juli июл июль июля",
    8: "august aug agu ags agustus авг август августа",
    9: "september sep sept сен сент сентябрь сентября",
    10: "october oct okt oktober окт октябрь октября",
    11: "november nov nop nopember ноя нояб ноябрь ноября",
    12: "december dec des desember дек декабрь декабря",
}
MONTH_NUMBER = {name: number for number, names in MONTHS.items() for name in names.split()}
CLOCK = r"(?:[T ,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([AaPp][Mm])?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
NUMERIC_DATE = re.compile(rf"(\d{{1,4}})\s*([./\-\s])\s*(\d{{1,2}})\s*\2\s*(\d{{1,4}})(?:\s*(?:г\.?|года))?{CLOCK}$")
COMPACT_DATE = re.compile(rf"((?:19|20)\d{{2}})(\d{{2}})(\d{{2}}){CLOCK}$")
WORD_DATE = re.compile(rf"(\d{{1,2}})[\s.\-/]+([^\W\d_]+)\.?[\s.\-/,]+(\d{{2,4}})(?:\s*(?:г\.?|года))?{CLOCK}$")
MONTH_FIRST_DATE = re.compile(rf"([^\W\d_]+)\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){CLOCK}$")


def date_parts(text: str) -> tuple[int, int, int] | None:
    """The three numbers of a date written with numbers only, in their order; None for anything else."""
    match = NUMERIC_DATE.match(text.strip())
    return (int(match[1]), int(match[3]), int(match[4])) if match else None


def parse_moment(cell: Cell, order: DateOrder = DateOrder.DMY) -> datetime | None:
    """The date and time in the cell (midnight where there is no time); None: it is none, or there is no such day."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)
    if isinstance(cell, bool) or isinstance(cell, Fault) or cell is None:
        return None
    if isinstance(cell, (int, float)):
        return _from_serial(cell)
    return _from_text(str(cell).strip(), order)


def parse_date(cell: Cell, order: DateOrder = DateOrder.DMY) -> date | None:
    moment = parse_moment(cell, order)
    return moment.date() if moment else None


def date_from_iso(text: str) -> date | datetime | None:
    """A date of XML Spreadsheet 2003: 2021-01-31T00:00:00.000."""
    moment = _from_text(text.strip(), DateOrder.YMD)
    if moment is None:
        return None
    return moment if moment.time() != datetime.min.time() else moment.date()


def _from_serial(number: float) -> datetime | None:
    """Days since 1899-12-30, as a sheet counts where it forgot that the cell is a date; or 20251231."""
    if isinstance(number, int) and 19000101 <= number <= 20991231:
        return _from_text(str(number), DateOrder.YMD)
    if not 1 <= number < 80_000:
        return None
    return datetime(1899, 12, 30) + timedelta(seconds=round(number * 86400))


def _from_text(text: str, order: DateOrder) -> datetime | None:
    if match := COMPACT_DATE.match(text):
        return _moment(int(match[1]), int(match[2]), int(match[3]), match.groups()[3:])
    if match := NUMERIC_DATE.match(text):
        first, second, third = int(match[1]), int(match[3]), int(match[4])
        clock = match.groups()[4:]
        if len(match[1]) > 2 or order == DateOrder.YMD and len(match[4]) <= 2:
            return _moment(_year(first, match[1]), second, third, clock)
        if len(match[4]) == 3:
            return None
        day, month = (second, first) if order == DateOrder.MDY else (first, second)
        # The order is a rule for what is undecidable; 31 is never a month, and both forms may stand in one column.
        if month > 12 >= day:
            day, month = month, day
        return _moment(_year(third, match[4]), month, day, clock)
    if match := WORD_DATE.match(text):
        month = MONTH_NUMBER.get(match[2].casefold(), 0)
        return _moment(_year(int(match[3]), match[3]), month, int(match[1]), match.groups()[3:])
    if match := MONTH_FIRST_DATE.match(text):
        month = MONTH_NUMBER.get(match[1].casefold(), 0)
        return _moment(int(match[3]), month, int(match[2]), match.groups()[3:])
    return None


def _year(number: int, text: str) -> int:
    if len(text) > 2:
        return number
    return number + (2000 if number < 70 else 1900)


def _moment(year: int, month: int, day: int, clock: tuple[str | None, ...]) -> datetime | None:
    hour, minute, second, half = clock
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    try:
        # 24:00 is the end of the day
        extra = timedelta(days=1) if hours == 24 and not int(minute or 0) else timedelta()
        return datetime(year, month, day, hours % 24 if extra else hours, int(minute or 0), int(second or 0)) + extra
    except (ValueError, OverflowError):
        return None


# ---- numbers

CURRENCY = re.compile(
    r"(?i)(rp\.?|idr|₽|руб(?:лей|ля|\.)?|р\.|rub|rur|usd|us\$|\$|€|eur|£|gbp|₸|kzt|₴|uah|грн\.?|₹|inr|¥|cny|jpy|sgd|myr|rm|byn|br)"
)
BLANKS = dict.fromkeys(map(ord, " \u00a0\u202f\u2009'’_"))


def parse_number(cell: Cell, decimal_mark: str = "") -> Decimal | None:
    """The number in the cell, currency marks and blanks between thousands taken off; None: it is none.

    `decimal_mark` is "," or "." where the column shows which; without it the last mark of the two decides, and
    one mark with exactly three digits after it separates thousands only when it is repeated.
    """
    if isinstance(cell, bool) or cell is None or isinstance(cell, Fault):
        return None
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, float):
        return Decimal(f"{cell:.15g}")
    if not isinstance(cell, str):
        return None
    text = CURRENCY.sub("", cell).translate(BLANKS).strip()
    sign = 1
    if text.startswith("(") and text.endswith(")"):
        sign, text = -1, text[1:-1]
    text = text.replace("−", "-").replace("–", "-")
    if text.endswith(",-") or text.endswith(",–"):
        text = text[:-2]
    if text.endswith("-"):
        sign, text = -sign, text[:-1]
    if not re.fullmatch(r"[+-]?[\d.,]*\d[\d.,]*(?:[eE][+-]?\d{1,3})?", text):
        return None
    try:
        number = sign * Decimal(_with_point(text, decimal_mark))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _with_point(text: str, mark: str) -> str:
    commas, points = text.count(","), text.count(".")
    if not mark:
        if commas and points:
            mark = "," if text.rfind(",") > text.rfind(".") else "."
        elif commas > 1 or points > 1:
            mark = "." if commas > 1 else ","
        else:
            mark = "," if commas else "."
    other = "." if mark == "," else ","
    return text.replace(other, "").replace(mark, ".")


# ---- yes and no

YES = frozenset("1 y yes true t on x v + да д истина ya iya benar ✓ ✔ ☑".split())
NO = frozenset("0 n no false f off - нет н ложь tidak tdk bukan salah ✗ ✘ ☐".split())


def parse_bool(cell: Cell) -> bool | None:
    if isinstance(cell, bool):
        return cell
    text = str(cell if cell is not None else "").strip().casefold()
    return True if text in YES else False if text in NO else None


# ---- e-mail addresses

EMAIL = re.compile(r"(?i)[^\s@,;:<>()\[\]\"'/|\\]+@[^\s@,;:<>()\[\]\"'/|\\]+\.[^\s@,;:<>()\[\]\"'/|\\.]{2,}")


def find_emails(text: str) -> list[str]:
    """Every e-mail address in the text, in order, each once, without the dot that ends a sentence."""
    found: dict[str, str] = {}
    for match in EMAIL.findall(text.replace("mailto:", " ")):
        address = match.strip(".")
        found.setdefault(address.casefold(), address)
    return list(found.values())
