"""Exact reckoning in the database: whole numbers that stand for so many millionths.

SQLite knows 64-bit integers, and floats beyond them: there a function of ours reckons, in Python. PostgreSQL has
numbers of any length.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import BigIntegerField, DateField, Expression, Func, IntegerField

from kartu.core.expressions.evaluating import ARITHMETIC, EXACT, LIMIT, PLACES, settled

FUNCTION = "RECKON_EXACTLY"
BOUND = int(LIMIT.scaleb(PLACES))


def add_functions(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Teach a new connection to SQLite how to reckon; a receiver of `connection_created`."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 5, reckon, deterministic=True)


def reckon(how: str, one: int | None, places: int, other: int | None, other_places: int) -> int | None:
    """`one` and `other` stand for numbers with so many places; the result is in millionths, None for empty."""
    if one is None or other is None:
        return None
    first, second = Decimal(one).scaleb(-places, EXACT), Decimal(other).scaleb(-other_places, EXACT)
    if how == "round":
        result = settled(first.quantize(Decimal(1), ROUND_HALF_UP, EXACT))
    elif how == "/" and not second:
        result = None
    else:
        result = settled(ARITHMETIC[how](first, second))
    return None if result is None else int(result.scaleb(PLACES, EXACT))


class Reckoned(Func):
    """`one` `how` `other` in millionths; NULL where one of them is, or the result is too large."""

    output_field = BigIntegerField()

    def __init__(self, how: str, one: Expression, places: int, other: Expression, other_places: int) -> None:
        super().__init__(one, other)
        self.how, self.places, self.other_places = how, places, other_places

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence]:
        (one, values), (other, more) = (compiler.compile(each) for each in self.source_expressions)
        sql = f"{FUNCTION}('{self.how}', {one}, {self.places}, {other}, {self.other_places})"
        return sql, [*values, *more]

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence]:
        (one, values), (other, more) = (compiler.compile(each) for each in self.source_expressions)
        one = f"({one})::numeric * {millionths(self.places)}"
        other = f"({other})::numeric * {millionths(self.other_places)}"
        if self.how == "/":
            divided = "SIGN(one) * SIGN(other) * DIV(2000000 * ABS(one) + ABS(other), 2 * NULLIF(ABS(other), 0))"
            result = f"(SELECT {divided} FROM (SELECT {one} AS one, {other} AS other) AS reckoned)"  # noqa: S608
        elif self.how == "*":
            result = f"ROUND({one} * {other} * 0.000001)"
        elif self.how == "round":
            result, more = f"ROUND({one} * 0.000001) * 1000000", ()
        else:
            result = f"({one} {self.how} {other})"
        kept = f"LEAST(GREATEST({result}, -{BOUND}), {BOUND})"
        return f"NULLIF(NULLIF({kept}, {BOUND}), -{BOUND})", [*values, *more]


def millionths(places: int) -> int:
    return 10 ** (PLACES - places)


class Scaled(Func):
    """A whole number with so many noughts behind it. Where SQLite would take a float for it, nothing is near it."""

    output_field = BigIntegerField()

    def __init__(self, number: Expression, places: int) -> None:
        super().__init__(number)
        self.factor = 10**places

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence]:
        return self.as_sql(compiler, connection, template=f"(%(expressions)s * {self.factor})")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence]:
        return self.as_sql(compiler, connection, template=f"((%(expressions)s)::numeric * {self.factor})")


class DaysBetween(Func):
    """How many days the first day is behind the second."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence]:
        template = "CAST(JULIANDAY(%(expressions)s) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, arg_joiner=") - JULIANDAY(")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence]:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ")


class Moved(Func):
    """A day so many days later."""

    output_field = DateField()

    def __init__(self, day: Expression, days: int) -> None:
        super().__init__(day)
        self.days = days

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence]:
        return self.as_sql(compiler, connection, template=f"DATE(%(expressions)s, '{self.days:+d} days')")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Sequence]:
        return self.as_sql(compiler, connection, template=f"(%(expressions)s + ({self.days:d}))")


def whole(number: Decimal, places: int) -> int | None:
    """`number` with `places` as the database keeps it; None where it has more of them."""
    scaled = number.scaleb(places, EXACT)
    return int(scaled) if scaled == scaled.to_integral_value() else None
