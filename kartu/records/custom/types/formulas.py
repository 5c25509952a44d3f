"""What is worked out from the other fields of the same record. What it gives was known when it was written."""

from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.expressions.schema import Kind as Sort
from kartu.core.expressions.schema import Type
from kartu.core.money import MINOR_LIMIT, Money
from kartu.records.custom.types.base import FieldType
from kartu.records.custom.types.choices import YesNo
from kartu.records.custom.types.days import Date, DateTime
from kartu.records.custom.types.numbers import LARGEST, Amount, DecimalNumber
from kartu.records.custom.types.texts import LongText, ShortText
from kartu.records.lists.kinds import Kind

if TYPE_CHECKING:
    from kartu.records.custom.definitions import FieldShape


class Formula(FieldType):
    """A formula that gives what `inner` holds. Kept, said, found and compared as that is; typed by nobody.

    `options` of its field: {"text": with the keys of fields, "gives": a key of GIVES, "zone": in which moments have
    their days; of money "currency"}.
    """

    code, label = "formula", gettext_lazy("Formula")
    icon = "math-function"
    is_worked_out = True

    def __init__(self, inner: FieldType) -> None:
        self.inner = inner
        self.column, self.can_sort, self.is_found = inner.column, inner.can_sort, inner.is_found

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        raise TypeError("a formula is typed by nobody")

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        raise ValidationError(worked_out(shape), code="worked_out")

    def python(self, value: Any, shape: "FieldShape") -> Any:
        return self.inner.python(value, shape)

    def said(self, value: Any, shape: "FieldShape") -> str:
        return self.inner.said(value, shape)

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return self.inner.projected(value, shape)

    def kind(self, shape: "FieldShape") -> Kind:
        return self.inner.kind(shape)

    def expressed(self, shape: "FieldShape") -> Type | None:
        return self.inner.expressed(shape)

    def operand(self, value: Any, shape: "FieldShape") -> Any:
        return self.inner.operand(value, shape)

    def result(self, value: Any, options: Mapping[str, Any]) -> Any:
        """What came out, as it is kept; None where it cannot be (a day beyond the calendar)."""
        return None if value is None else KEEP[options["gives"]](value, options)


def worked_out(shape: "FieldShape") -> str:
    return _("“%(name)s” is worked out from other fields; change those") % {"name": shape.name}


def kept_number(value: Decimal, options: Mapping[str, Any]) -> str | None:
    return f"{value.normalize():f}" if abs(value) <= LARGEST else None


def kept_amount(value: Decimal, options: Mapping[str, Any]) -> str | None:
    money = Money(value, options["currency"]).rounded()
    return f"{money.amount.normalize():f}" if abs(money.minor) < MINOR_LIMIT and abs(money.amount) <= LARGEST else None


def kept_day(value: Any, options: Mapping[str, Any]) -> str | None:
    return value.isoformat() if 1000 <= value.year <= 9000 else None


class GivenText(LongText):
    label = ShortText.label


# What a formula may give -> the type that holds it.
GIVES: dict[str, FieldType] = {
    "number": DecimalNumber(),
    "money": Amount(),
    "day": Date(),
    "moment": DateTime(),
    "yesno": YesNo(),
    "text": GivenText(),
}
KINDS = {getattr(Sort, name.upper()): name for name in GIVES}
KEEP: dict[str, Any] = {
    "number": kept_number,
    "money": kept_amount,
    "day": kept_day,
    "moment": lambda value, options: value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "yesno": lambda value, options: value,
    "text": lambda value, options: value[: LongText.longest] or None,
}
FORMULAS = {gives: Formula(inner) for gives, inner in GIVES.items()}
