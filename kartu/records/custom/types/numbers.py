"""Numbers and money."""

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core import formats
from kartu.core.expressions.schema import NUMBER, Type
from kartu.core.expressions.schema import Kind as Sort
from kartu.core.money import Money, format_money, parse_amount
from kartu.core.number_forms import AmountField, NumberField
from kartu.firm.models import Firm
from kartu.records.custom import kinds
from kartu.records.custom.types.base import FieldType
from kartu.records.imports.cells import Cell
from kartu.records.imports.mapping import Kind as ImportKind
from kartu.records.imports.values import DateOrder, parse_number
from kartu.records.lists.kinds import Kind

if TYPE_CHECKING:
    from kartu.records.custom.definitions import FieldShape

MILLION = 1_000_000
LARGEST = Decimal(9_000_000_000_000)


class Whole(FieldType):
    code, label = "whole", gettext_lazy("Whole number")
    icon = "hash"
    column = "number"
    is_found = False
    decimals: ClassVar[int] = 0
    import_kind = ImportKind.NUMBER

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        return NumberField(decimals=self.decimals, min_value=-LARGEST, max_value=LARGEST, **options)

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        if value in (None, ""):
            return None
        number = self.form_field(shape).clean(value if isinstance(value, Decimal | int) else str(value))
        return None if number is None else self.packed(number)

    def checked(self, value: Any, shape: "FieldShape") -> Any:
        """A number with a point, whatever the language of whoever sends it."""
        if value is None:
            return None
        if isinstance(value, bool | float) or not re.fullmatch(r"-?\d{1,13}(\.\d{1,6})?", str(value)):
            raise ValidationError(_("This is no number"), code="number")
        return self.kept(Decimal(value), shape)

    def packed(self, number: Decimal) -> Any:
        return int(number)

    def python(self, value: Any, shape: "FieldShape") -> Decimal:
        return Decimal(value)

    def said(self, value: Any, shape: "FieldShape") -> str:
        return formats.format_number(Decimal(value))

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        number = parse_number(cell)
        if number is None:
            raise ValidationError(_("This is no number"), code="number")
        return self.kept(number, shape)

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [int(Decimal(value) * MILLION)]

    def kind(self, shape: "FieldShape") -> Kind:
        return kinds.Millionths()

    def expressed(self, shape: "FieldShape") -> Type | None:
        return NUMBER


class DecimalNumber(Whole):
    code, label = "decimal", gettext_lazy("Number with decimals")
    icon = "decimal"
    decimals = 6

    def packed(self, number: Decimal) -> Any:
        return f"{number.normalize():f}"


class Amount(DecimalNumber):
    code, label = "money", gettext_lazy("Money")
    icon = "coin"

    @staticmethod
    def currency(shape: "FieldShape") -> str:
        return shape.options["currency"]

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        return AmountField(min_value=-LARGEST, max_value=LARGEST, **options)

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        text = super().kept(value, shape)
        if text is not None and not Money(text, self.currency(shape)).is_rounded:
            raise ValidationError(
                _("%(currency)s has fewer digits after the mark") % {"currency": self.currency(shape)}
            )
        return text

    def said(self, value: Any, shape: "FieldShape") -> str:
        return format_money(Decimal(value), self.currency(shape))

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        try:
            number = parse_number(cell)
            return self.kept(parse_amount(text) if number is None else number, shape)
        except ValueError:
            raise ValidationError(_("This is no amount"), code="number") from None

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [Money(value, self.currency(shape)).minor]

    def kind(self, shape: "FieldShape") -> Kind:
        return kinds.MinorUnits(code=self.currency(shape))

    def expressed(self, shape: "FieldShape") -> Type | None:
        return Type(Sort.MONEY, currency=self.currency(shape))


def currency_of_firm() -> str:
    firm = Firm.current()
    return firm.currency if firm else "USD"
