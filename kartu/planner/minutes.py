"""Moments as whole minutes of the epoch: what calendars count in, and what costs nothing to read by the thousand."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import BigIntegerField, Case, Func
from django.db.models.functions import Coalesce


class Plain:
    """An expression whose numbers are taken as the database gives them: to make each an int once more costs more than
    to read it."""

    convert_value = staticmethod(Func._convert_value_noop)


class Minutes(Plain, Func):
    """The moment of a column."""

    arity = 1
    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence]:
        # Days as a fraction, which is read faster than seconds; it is right to some 40 microseconds.
        template = "CAST((JULIANDAY(%(expressions)s) - 2440587.5) * 1440 + 0.00001 AS INTEGER)"
        return self.as_sql(compiler, connection, template=template)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence]:
        template = "FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / 60)::bigint"
        return self.as_sql(compiler, connection, template=template)


class Days(Plain, Func):
    """The day of a column, counted from the first of the epoch."""

    arity = 1
    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence]:
        template = "CAST(JULIANDAY(%(expressions)s) - 2440587.5 AS INTEGER)"
        return self.as_sql(compiler, connection, template=template)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence]:
        return self.as_sql(compiler, connection, template="(%(expressions)s - DATE '1970-01-01')")


class FirstOf(Plain, Coalesce):
    """The first of several numbers that is there."""


class Mark(Plain, Case):
    """1 or 0."""


A_DAY = 24 * 60


def minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def moment_of(minutes: int) -> datetime:
    """Raises ValueError or OverflowError for what is no moment."""
    return datetime.fromtimestamp(minutes * 60, UTC)


def ahead(zone: tzinfo, at: datetime) -> int:
    """How many minutes `zone` is ahead of UTC then."""
    return round(at.astimezone(zone).utcoffset().total_seconds() / 60)


class Clock:
    """The clock of a zone, asked by the hundred: a zone is asked for each day only, where its clock does not jump."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.ahead: dict[int, int | None] = {}

    def shows(self, minute: int) -> int:
        """What it shows at that minute of the epoch, as minutes since the midnight with which 1970 began there."""
        day = minute // A_DAY
        if day not in self.ahead:
            start, end = (ahead(self.zone, moment_of(each * A_DAY)) for each in (day, day + 1))
            self.ahead[day] = start if start == end else None
        known = self.ahead[day]
        return minute + (ahead(self.zone, moment_of(minute)) if known is None else known)


def hours_of(minutes: int) -> Decimal:
    """To a tenth, half of one up."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"), ROUND_HALF_UP)
