"""Days of the production calendar from a file: a table (.csv) with a day, what it is and what for, the yearly table of
the Russian open data, or a calendar (.ics)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Component

from kartu.firm.models import CalendarDay, DayKind
from kartu.firm.working import Book

LARGEST = 1_000_000
MOST = 2000
LONGEST = 60
ONE = timedelta(days=1)
# What the calendar library raises on what is broken, each in its own place.
BROKEN = (ValueError, TypeError, AttributeError, LookupError, OverflowError)
# How a kind is said, the first that is found in the words; a day of which nothing is said is off.
WORKING = ("working day", "work day", "workday", "рабочий", "рабочая", "рабочее", "hari kerja")
WORDS = (
    (DayKind.SHORT, ("short", "сокращ", "предпраздн", "pendek", "singkat")),
    (DayKind.OFF, ("нерабоч", "non-working", "not working", "выходн", "праздни", "libur", "cuti", "off", "holiday")),
    (DayKind.WORKING, (*WORKING, "kerja")),
    (DayKind.PLAIN, ("plain", "ordinary", "обычн", "biasa")),
)
HEADS = ("day", "date", "дата", "день", "tanggal", "hari")
YEARS = "год"


class Unreadable(Exception):
    """The whole file cannot be read; the words are for people."""


@dataclass
class FileDay:
    """A day as a line of the file tells it. `problem`: why it cannot be taken; `before`: what the day is now, `is_same`
    where that is what the file says."""

    line: int
    said: str
    day: date | None = None
    kind: str = DayKind.OFF
    name: str = ""
    problem: str = ""
    before: str = ""
    is_same: bool = False

    @property
    def is_new(self) -> bool:
        return not self.problem and not self.is_same

    @property
    def kind_label(self) -> str:
        return str(DayKind(self.kind).label)


def read(data: bytes) -> list[FileDay]:
    """The days of a file, in its order. Raises Unreadable."""
    if len(data) > LARGEST:
        raise Unreadable(_("The file is larger than 1 MB"))
    text = decoded(data)
    found = list(of_ics(text) if "BEGIN:VCALENDAR" in text[:2000].upper() else of_table(text))
    if not found:
        raise Unreadable(_("There are no days in this file"))
    if len(found) > MOST:
        raise Unreadable(_("More than %(count)s days: divide the file") % {"count": MOST})
    refuse_twice(found)
    return found


def decoded(data: bytes) -> str:
    """As Excel saves tables: UTF-8 with its mark or without, UTF-16, or the Windows page of Russian."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", errors="replace")


def refuse_twice(found: Iterable[FileDay]) -> None:
    """A day that two lines tell of is the one of the first."""
    seen: dict[date, FileDay] = {}
    for each in found:
        if each.problem or each.day is None:
            continue
        first = seen.setdefault(each.day, each)
        if first is not each:
            each.problem = _("Line %(line)s tells of this day already") % {"line": first.line}


# --- tables --------------------------------------------------------------------------------------------------------


def of_table(text: str) -> Iterator[FileDay]:
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter_of(text)))
    if rows and rows[0] and rows[0][0].strip().lower().startswith(YEARS):
        yield from of_years(rows[1:])
        return
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and cells[0].lower() in HEADS):
            continue
        yield of_row(number, cells)


def delimiter_of(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(";\t,", key=first.count)


def of_row(number: int, cells: list[str]) -> FileDay:
    found = FileDay(number, " ".join(filter(None, cells))[:200])
    found.day = day_in(cells[0])
    if found.day is None:
        found.problem = _("There is no day in it: write 31.12.2027 or 2027-12-31")
        return found
    kind, found.name = kind_in(cells[1] if len(cells) > 1 else ""), " ".join(cells[2:]).strip()[:100]
    if kind is None:
        found.problem = _("What the day is cannot be told: write off, working, short or plain")
    else:
        found.kind = kind
    return found


def day_in(text: str) -> date | None:
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y"):
        try:
            day = datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
        return day if 2000 <= day.year <= 2099 else None
    return None


def kind_in(text: str) -> str | None:
    """What the words say a day is; nothing at all means off."""
    said = text.strip().lower()
    if not said:
        return DayKind.OFF
    if said == "working" or said.startswith(WORKING):
        return DayKind.WORKING
    return next((kind for kind, words in WORDS if any(word in said for word in words)), None)


def of_years(rows: Iterable[list[str]]) -> Iterator[FileDay]:
    """A year a line, a month a cell: the days that are not worked, "*" behind those that are an hour shorter. Told are
    the days that are not as the week has them."""
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        year = int(row[0]) if row[0].strip().isdecimal() and len(row[0].strip()) == 4 else 0
        if not 2000 <= year <= 2099 or len(row) < 13:
            yield FileDay(number, " ".join(row)[:60], problem=_("This is no year with its twelve months"))
            continue
        yield from of_year(number, year, row[1:13])


def of_year(number: int, year: int, months: list[str]) -> Iterator[FileDay]:
    off, short = set(), set()
    for month, cell in enumerate(months, 1):
        for told in re.findall(r"(\d{1,2})([*+]?)", cell):
            try:
                day = date(year, month, int(told[0]))
            except ValueError:
                text = f"{told[0]}.{month:02}.{year}"
                yield FileDay(number, text, problem=_("There is no such day"))
                continue
            (short if told[1] == "*" else off).add(day)
    day = date(year, 1, 1)
    while day.year == year:
        is_weekend = day.weekday() >= 5
        kind = DayKind.SHORT if day in short and not is_weekend else ""
        if day in off and not is_weekend:
            kind = DayKind.OFF
        elif is_weekend and day not in off:
            kind = DayKind.WORKING
        if kind:
            yield FileDay(number, f"{day:%d.%m.%Y}", day, kind)
        day += ONE


# --- calendars -----------------------------------------------------------------------------------------------------


def of_ics(text: str) -> Iterator[FileDay]:
    try:
        calendars = Calendar.from_ical(text, multiple=True)
        events = [part for calendar in calendars for part in calendar.walk("VEVENT")]
    except BROKEN as error:
        raise Unreadable(_("This is no calendar file: %(why)s") % {"why": str(error)[:200]}) from error
    for number, part in enumerate(events, 1):
        said = str(part.get("SUMMARY", ""))[:200]
        try:
            yield from of_event(number, said, part)
        except BROKEN as error:
            yield FileDay(number, said, problem=_("It cannot be read: %(why)s") % {"why": str(error)[:200]})


def of_event(number: int, said: str, part: Component) -> Iterator[FileDay]:
    if "DTSTART" not in part:
        yield FileDay(number, said, problem=_("It does not say when it is"))
        return
    start, end = part.start, part.end
    if isinstance(start, datetime):
        yield FileDay(number, said, problem=_("It has an hour: a day of the calendar is a whole one"))
        return
    if "RRULE" in part or "RDATE" in part:
        told = _("It comes again and again: the file has to tell the days of each year")
        yield FileDay(number, said, problem=told)
        return
    if (end - start).days > LONGEST:
        yield FileDay(number, said, problem=_("It is longer than %(days)s days") % {"days": LONGEST})
        return
    kind = kind_in(said) or DayKind.OFF
    if not 2000 <= start.year <= 2099:
        yield FileDay(number, said, problem=_("Choose a day of this century."))
        return
    for ahead in range(max(1, (end - start).days)):
        yield FileDay(number, said, start + ahead * ONE, kind, said[:100])


# --- beside what is there ------------------------------------------------------------------------------------------


def compared(found: list[FileDay]) -> list[FileDay]:
    """`found`, each with what its day is now: as the firm says it, else as its country does."""
    book = Book.of([], date(2000, 1, 1), date(2000, 1, 1))
    for each in found:
        if each.day is None or each.problem:
            continue
        own, special = book.own.get(each.day), book.special(each.day)
        if own is not None:
            each.before = " ".join(filter(None, [str(own.get_kind_display()), own.name]))
            each.is_same = same_as_own(own, each)
        elif special is not None:
            each.before = " ".join(filter(None, [str(DayKind(special.kind).label), str(special.name)]))
            each.is_same = special.kind == each.kind
        else:
            each.is_same = each.kind == DayKind.PLAIN
    return found


def same_as_own(own: CalendarDay, each: FileDay) -> bool:
    """A file that gives no name takes none away."""
    return own.kind == each.kind and each.name in ("", own.name)
