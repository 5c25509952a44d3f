"""A year of the firm as a sheet: twelve months with their days, what is special about each, and who says so."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kartu.firm.models import CalendarDay, DayKind
from kartu.firm.working import Book, Off, days_between

FIRST, LAST = 2020, 2099


@dataclass(frozen=True)
class Day:
    """A day of the sheet. `own`: what the firm itself says of it."""

    day: date
    look: str = ""
    name: str | Promise = ""
    is_expected: bool = False
    minutes: int = 0
    own: CalendarDay | None = None

    @property
    def title(self) -> str:
        """What is special, in words; "" for any other day."""
        words = {"holiday": _("holiday"), "short": _("an hour shorter"), "working": _("working day")}
        told = [str(self.name or words.get(self.look, "")), _("expected") if self.is_expected else ""]
        return ", ".join(filter(None, told))


@dataclass(frozen=True)
class Month:
    first: date
    weeks: list[list[Day | None]]

    @property
    def worked(self) -> list[Day]:
        return [day for week in self.weeks for day in week if day and day.minutes]

    @property
    def days(self) -> int:
        return len(self.worked)

    @property
    def hours(self) -> int:
        return sum(day.minutes for day in self.worked) // 60


class Year:
    """The days of `number` as the firm works them, absences and exceptions of people aside: four queries."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.book = Book.of([], date(number, 1, 1), date(number, 12, 31))
        days = days_between(date(number, 1, 1), date(number, 12, 31))
        self.days = {day: self.day(day) for day in days}
        self.months = [Month(date(number, month, 1), list(self.weeks(month))) for month in range(1, 13)]

    def day(self, day: date) -> Day:
        plan, special = self.book.plan(None, day), self.book.special(day)
        look = {Off.HOLIDAY: "holiday", Off.WEEKEND: "weekend"}.get(plan.off, "")
        if special and special.kind != DayKind.OFF:
            look = "short" if special.is_short and special.kind == DayKind.SHORT else "working"
        minutes = sum(end - start for start, end in plan.spans)
        is_expected = special is not None and special.is_expected
        return Day(day, look, special.name if special else "", is_expected, minutes, self.book.own.get(day))

    def weeks(self, month: int) -> Iterator[list[Day | None]]:
        for week in calendar.Calendar().monthdatescalendar(self.number, month):
            yield [self.days[day] if day.month == month else None for day in week]

    @property
    def special(self) -> list[Day]:
        """The days that are not as the week would have them, and those of which the firm says so."""
        return [day for day in self.days.values() if day.title or day.own]

    @property
    def worked(self) -> list[Day]:
        return [day for day in self.days.values() if day.minutes]

    @property
    def hours(self) -> int:
        return sum(day.minutes for day in self.worked) // 60


def year_of(text: str, today: date) -> int:
    """The year that an address names, or today's."""
    return int(text) if text.isdecimal() and len(text) == 4 and FIRST <= int(text) <= LAST else today.year


def weekday_heads() -> list[date]:
    """Monday to Sunday of some week, to be shown by their names."""
    return [date(2024, 1, 1) + timedelta(days=number) for number in range(7)]
