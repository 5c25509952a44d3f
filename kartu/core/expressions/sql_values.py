"""Values as SQL has them, and comparisons of them: what the SQL back end is put together from."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, BooleanField, DateField, DateTimeField, Expression, F, Q, TextField, Value
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual

from kartu.core.expressions.reckoning import Scaled, whole
from kartu.core.expressions.schema import Kind, Type

NOTHING, EVERYTHING = Q(pk__in=[]), ~Q(pk__in=[])
LOOKUPS = {"=": Exact, "<": LessThan, "<=": LessThanOrEqual, ">": GreaterThan, ">=": GreaterThanOrEqual}


@dataclass(frozen=True)
class SqlValue:
    """What a value is in SQL. A number stands for `expression` / 10 ** `places`."""

    expression: Expression | F
    type: Type
    places: int = 0

    def said(self, found: Any) -> Any:
        """What the database gave, as the Python back end would say it."""
        if found is None or not self.type.is_number:
            return found
        return Decimal(found).scaleb(-self.places)


def constant(value: Any, its_type: Type) -> SqlValue:
    if its_type.is_number:
        places = 0 if value is None else max(0, -value.normalize().as_tuple().exponent)
        number = None if value is None else whole(value, places)
        return SqlValue(Value(number, output_field=BigIntegerField()), its_type, places)
    if its_type.kind is Kind.TEXT and value is not None:
        value = its_type.spelling.whole(value)
    output = output_of(its_type)
    return SqlValue(Value(value, output_field=output) if output else Value(value), its_type)


def output_of(its_type: Type) -> Any:
    fields = {
        Kind.TEXT: TextField,
        Kind.NUMBER: BigIntegerField,
        Kind.MONEY: BigIntegerField,
        Kind.DAY: DateField,
        Kind.MOMENT: DateTimeField,
        Kind.YESNO: BooleanField,
    }
    return fields[its_type.kind]() if its_type.kind in fields else None


def day_value(day: date) -> Value:
    return Value(day, output_field=DateField())


def scaled(value: SqlValue, places: int) -> Expression | F:
    return value.expression if value.places == places else Scaled(value.expression, places - value.places)


def compared_with(how: str, value: SqlValue, known: Decimal) -> Q:
    """A number against a fixed one, spelt so that an index serves; between two whole ones nothing is equal."""
    number = whole(known, value.places)
    if number is None:
        if how == "=":
            return NOTHING
        number = int((known.scaleb(value.places)).to_integral_value("ROUND_FLOOR"))
        how = {"<": "<=", "<=": "<=", ">": ">", ">=": ">"}[how]
    return Q(LOOKUPS[how](value.expression, Value(number, output_field=BigIntegerField())))


def bounds(how: str, day: date) -> tuple[date | None, date | None]:
    """The days meant, as (first, the one after the last); None: open at that end."""
    after = day + timedelta(1)
    return {"=": (day, after), "<": (None, day), "<=": (None, after), ">": (after, None), ">=": (day, None)}[how]


def limited(expression: Expression | F, first: Value | None, after: Value | None) -> Q:
    found = Q()
    if first is not None:
        found &= Q(GreaterThanOrEqual(expression, first))
    if after is not None:
        found &= Q(LessThan(expression, after))
    return found
