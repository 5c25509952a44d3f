"""Kinds of columns that hold a day or a moment."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Q
from django.utils import timezone

from kartu.core import formats
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.kinds import Kind

if TYPE_CHECKING:
    from kartu.records.lists.look import Look


@dataclass(frozen=True)
class Day(Kind):
    """A date without a time: a birthday."""

    operations: ClassVar = ("is", "before", "after", "between", "last", "next", "older", "empty", "filled")
    input: ClassVar = "date"

    def clean_one(self, text: str) -> date:
        try:
            day = date.fromisoformat(text) if len(text) == 10 else None
        except ValueError:
            day = None
        if day is None or not 1800 <= day.year <= 2400:
            raise BadQuestion("This is no date")
        return day

    def compare(self, field: str, operation: str, values: list, asking: Asking) -> Q:
        start, end = days_meant(operation, values, asking)
        limits = {f"{field}__gte": start, f"{field}__lt": end}
        return Q(**{lookup: self.edge(day, asking) for lookup, day in limits.items() if day is not None})

    def edge(self, day: date, asking: Asking) -> Any:
        return day

    def said(self, value: Any, asking: Asking) -> str:
        return formats.format_date(value) if isinstance(value, date) else str(value)

    def html(self, row: Any, field: str, look: "Look") -> str:
        day = getattr(row, field)
        return f'<span class="t2">{escape(formats.format_date(day))}</span>' if day else ""

    def bare(self, row: Any, field: str) -> str | None:
        day = self.value(row, field)
        return day.isoformat() if day else None


def days_meant(operation: str, values: list, asking: Asking) -> tuple[date | None, date | None]:
    """The days meant, as (first, the one after the last); None: open at that end."""
    if operation in ("last", "next", "older"):
        days = values[0]
        return {
            "last": (asking.days_away(-days), asking.days_away(1)),
            "next": (asking.today, asking.days_away(days + 1)),
            "older": (None, asking.days_away(-days)),
        }[operation]
    day = values[0]
    after = date.fromordinal(max(values).toordinal() + 1)
    return {"is": (day, after), "before": (None, day), "after": (after, None), "between": (min(values), after)}[
        operation
    ]


@dataclass(frozen=True)
class Moment(Day):
    """A date with a time. Days are those of the person who asks. `ago`: told as "5 days ago", not as "27 Nov"."""

    def edge(self, day: date, asking: Asking) -> datetime:
        return asking.start_of(day)

    def html(self, row: Any, field: str, look: "Look") -> str:
        moment = getattr(row, field)
        if not moment:
            return ""
        here = moment.astimezone(look.zone)
        near, exact = said_of_day(here.date(), look.today, look.locale)
        if near is None:  # the clock is told too
            near = escape(formats.near_date(moment, now=look.asking.now))
        return f'<span class="t2" title="{exact}, {here.hour:02}:{here.minute:02}">{near}</span>'

    def value(self, row: Any, field: str) -> datetime | None:
        """In the person's zone and without it, as a spreadsheet keeps time."""
        moment = getattr(row, field)
        return timezone.localtime(moment).replace(tzinfo=None, microsecond=0) if moment else None


@lru_cache(maxsize=4096)  # the same days stand in many rows, and on the next page again
def said_of_day(day: date, today: date, locale: str) -> tuple[str | None, str]:
    """(the day as `near_date` says it, None where it adds the clock; the exact day), escaped."""
    away = (day - today).days
    noon = timezone.make_aware(datetime.combine(today, time(12)))
    near = None if -1 <= away < 7 else escape(formats.near_date(day, locale, now=noon))
    return near, escape(formats.format_date(day, locale))
