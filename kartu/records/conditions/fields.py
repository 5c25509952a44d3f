"""What conditions may speak of: columns of a list as names of the language, for the builder and for both back ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Q
from django.utils.translation import ngettext

from kartu.core.expressions import Checked, Field, Schema, checked, parse
from kartu.core.expressions import Kind as Sort
from kartu.core.expressions.schema import DAY, EMAIL, MOMENT, NUMBER, PHONE, TEXT, YESNO, Type
from kartu.core.expressions.sql_values import NOTHING
from kartu.records.custom.kinds import Own, OwnSeveral, YesNo
from kartu.records.lists.asking import Asking
from kartu.records.lists.days import Day, Moment
from kartu.records.lists.kinds import Amount, Email, Kind, Number, Phone, Text
from kartu.records.lists.linked import ME, Linked, Person, Tags, Told
from kartu.records.lists.spec import Column, ListSpec

WHY = "which rows have a value of a field; the question to the rows has the person's rights"


@dataclass(frozen=True)
class Fields:
    """All that a condition may ask for: columns as the builder offers them, and the schema of the language.

    `begins`: key and value of the line that a builder begins with. `test` raises ExpressionError for a condition that
    makes sense and still cannot be asked.
    """

    columns: Mapping[str, Column]
    schema: Schema
    begins: tuple[str, str] = ("", "")
    test: Callable[[Checked], object] = bool

    def column(self, key: str, days: int | None = None) -> Column | None:
        """The column `key`; a total of the last `days` says so in its label."""
        column = self.columns.get(key)
        if column is None or days is None:
            return column
        words = ngettext("%(label)s in the last %(days)s day", "%(label)s in the last %(days)s days", days)
        return replace(column, label=words % {"label": column.label, "days": days})

    def takes_days(self, key: str) -> bool:
        return self.schema.fields[key].takes_days

    def understood(self, text: str) -> Checked:
        """The condition that `text` spells; ExpressionError, the same for a field that is left out as for one that
        never was."""
        condition = checked(parse(text), self.schema)
        self.test(condition)
        return condition


def field_of(column: Column, asking: Asking, spec: ListSpec) -> Field:
    """`column` of a list as a name of the language; SQL is made as the list `spec` makes it."""
    return Field(
        column.key,
        type_of(column),
        expression_of(column, spec.model),
        lambda how, values, days, asked: where(column, asking, how, values, spec),
        options=lambda: options_of(column, asking),
        is_person=isinstance(inner_of(column.kind), Person),
    )


def inner_of(kind: Kind) -> Kind:
    """How the values of a column are compared; those of the firm's own fields lie in a table of their own."""
    return kind.inner if isinstance(kind, Own) else kind


def type_of(column: Column) -> Type:
    kind = inner_of(column.kind)
    if isinstance(column.kind, OwnSeveral):
        return Type(Sort.MANY, of=column.key)
    if isinstance(kind, Phone | Email):
        return Type(Sort.TEXT, spelling=PHONE if isinstance(kind, Phone) else EMAIL)
    if isinstance(kind, Amount):
        return Type(Sort.MONEY, currency=kind.currency())
    for known, its_type in ((Text, TEXT), (Number, NUMBER), (Moment, MOMENT), (Day, DAY), (Told | YesNo, YESNO)):
        if isinstance(kind, known):
            return its_type
    if isinstance(kind, Tags):
        return Type(Sort.MANY, of=column.key)
    return Type(Sort.ONE, of=kind.model._meta.label_lower if isinstance(kind, Linked) else column.key)


def expression_of(column: Column, model: type[models.Model]) -> Any:
    """The column itself, where it is one of the model's; None: it is only compared with fixed values."""
    try:
        model._meta.get_field(column.filter_field)
    except FieldDoesNotExist:
        return None
    return None if isinstance(column.kind, Amount) else lambda days: F(column.filter_field)


def options_of(column: Column, asking: Asking) -> list[tuple[Any, str]]:
    numbered = isinstance(inner_of(column.kind), Linked | Tags)
    options = column.kind.options(asking)
    return [(int(value) if numbered else value, label) for value, label in options if value != ME]


def where(column: Column, asking: Asking, how: str, values: list, spec: ListSpec) -> Q | None:
    """A comparison as the list itself makes it, by the same indexes; None where the list knows no such one."""
    if isinstance(column.kind, Own):
        return where_own(column, asking, how, values, spec)
    return compared(column.kind, column.filter_field, asking, how, values)


def where_own(column: Column, asking: Asking, how: str, values: list, spec: ListSpec) -> Q | None:
    """The same of a field of the firm's own: the rows that have such a value."""
    kind, path = column.kind, column.filter_field.partition("__")[2]

    def holding(condition: Q) -> Q:
        rows = spec.own.values.objects.as_system(WHY)
        return Q(pk__in=rows.filter(condition, field_id=int(kind.key)).values("record_id"))

    if how == "empty":
        return ~holding(Q())
    if isinstance(kind, OwnSeveral):
        return holding(Q(text__in=values)) if how in ("=", "in") else None
    if isinstance(kind.inner, YesNo):  # who has said nothing has not said yes
        return (holding(Q(number=1)) if values[0] else ~holding(Q(number=1))) if how == "=" else None
    found = compared(kind.inner, path, asking, how, values)
    return found if found is None or found == NOTHING else holding(found)


def compared(kind: Kind, field: str, asking: Asking, how: str, values: list) -> Q | None:
    operations = kind.operations

    def by(code: str, *given: Any) -> Q:
        return kind.where(field, code, list(given), asking)

    if how == "empty":
        return NOTHING if isinstance(kind, Told) else kind.is_empty(field)
    if isinstance(kind, Told):
        return by("yes" if values[0] else "no") if how == "=" else None
    if how in ("last", "next", "older"):
        return by(how, *values) if how in operations else None
    if isinstance(kind, Day):
        return None if any(isinstance(value, datetime) for value in values) else compared_days(by, how, values)
    if isinstance(kind, Text):
        return compared_texts(kind, by, how, values)
    if isinstance(kind, Number):
        return compared_numbers(by, how, values)
    if how in ("=", "in") and "any" in operations:
        return by("any", *values)
    return None


def compared_days(by: Any, how: str, values: list[date]) -> Q:
    day = values[0]
    if how == "in":
        return reduce(or_, (by("is", each) for each in values))
    return {
        "=": lambda: by("is", day),
        "<": lambda: by("before", day),
        "<=": lambda: by("before", day + timedelta(1)),
        ">": lambda: by("after", day),
        ">=": lambda: by("after", day - timedelta(1)),
    }[how]()


def compared_texts(kind: Text, by: Any, how: str, values: list[str]) -> Q | None:
    code = {"contains": "has", "starts": "starts", "=": "is", "in": "is"}.get(how)
    if how in ("=", "in") and "any" in kind.operations:
        values, code = [value for value in values if kind.key(value)], "any"
        return by("any", *values) if values else NOTHING
    if code not in kind.operations:
        return None
    compared = kind.part if how == "contains" else kind.key
    found = [by(code, value) for value in values if compared(value)]
    return reduce(or_, found) if found else NOTHING


def compared_numbers(by: Any, how: str, values: list) -> Q:
    code = {"<": "less", "<=": "less", ">": "more", ">=": "more"}.get(how)
    found = [by("is", value) for value in values] if how in ("=", "in", "<=", ">=") else []
    return reduce(or_, [*found, *([by(code, values[0])] if code else [])])
