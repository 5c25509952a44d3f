"""Form fields for numbers as people write them: decimal comma or point, thousands marks, pasted currency signs."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kartu.core.formats import decimals_of, format_number, parse_number
from kartu.core.money import Money, parse_amount


class NumberField(forms.Field):
    """A Decimal typed by the locale of the person. `decimals` is the most digits it may have behind the mark."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("Write a number, like %(example)s"),
        "decimals": _("Up to %(decimals)s digits after the mark"),
        "min_value": _("Not less than %(limit)s"),
        "max_value": _("Not more than %(limit)s"),
    }

    def __init__(
        self,
        *,
        decimals: int | None = None,
        min_value: Decimal | int | None = None,
        max_value: Decimal | int | None = None,
        **options: Any,
    ) -> None:
        self.decimals, self.min_value, self.max_value = decimals, min_value, max_value
        super().__init__(**options)

    def parse(self, text: str) -> Decimal:
        return parse_number(text)

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, Decimal | int):
            return Decimal(value)
        try:
            return self.parse(str(value))
        except ValueError:
            example = {"example": format_number(Decimal("1250.5"))}
            raise ValidationError(self.error_messages["invalid"], code="invalid", params=example) from None

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.decimals is not None and decimals_of(value) > self.decimals:
            self._refuse("decimals", decimals=self.decimals)
        if self.min_value is not None and value < self.min_value:
            self._refuse("min_value", limit=format_number(self.min_value))
        if self.max_value is not None and value > self.max_value:
            self._refuse("max_value", limit=format_number(self.max_value))

    def _refuse(self, code: str, **params: Any) -> None:
        raise ValidationError(self.error_messages[code], code=code, params=params)

    def prepare_value(self, value: Any) -> Any:
        """What stands in the field: the number in the person's writing; what he typed wrongly stays as typed."""
        if isinstance(value, Money):
            value = value.amount
        return format_number(value) if isinstance(value, Decimal | int) else value

    def widget_attrs(self, widget: forms.Widget) -> dict:
        return {"inputmode": "decimal", "autocomplete": "off"}

    def has_changed(self, initial: Any, data: Any) -> bool:
        initial = initial.amount if isinstance(initial, Money) else initial
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


class AmountField(NumberField):
    """An amount of money, in the currency that stands in another field; gives a Decimal."""

    def parse(self, text: str) -> Decimal:
        return parse_amount(text)
