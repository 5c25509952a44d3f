"""Model fields for money, quantities and folded text, alike on SQLite and PostgreSQL.

Money and quantities lie in the database as 64-bit integers: SQLite would keep a DecimalField as a float. In
Python they are `Money` and `Decimal`. DecimalField and FloatField are refused by `kartu.core.number_checks`.
"""

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from django.core import checks
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable, register_combinable_fields
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _

from kartu.core.formats import decimals_of as digits_behind_mark
from kartu.core.money import CURRENCIES, MINOR_LIMIT, CurrencyMismatch, Money, UnknownCurrency
from kartu.core.number_forms import AmountField, NumberField

_EXACT = Context(prec=60)
TOO_LARGE = _("This number is too large")


class _IntegerColumn(models.Field):
    """A bigint column that Django does not know for an integer, and so never sums, averages or compares as one."""

    def get_internal_type(self) -> str:
        return type(self).__name__

    def db_type(self, connection: Any) -> str:
        return connection.data_types["BigIntegerField"]


class Minor(int):
    """A count of minor units as it lies in the database: what `values()` and aggregates give for a MoneyField."""


class CurrencyField(models.CharField):
    """The code of a currency: "IDR"."""

    def __init__(self, verbose_name: str | None = None, **options: Any) -> None:
        options.setdefault("max_length", 3)
        super().__init__(verbose_name, **options)

    def validate(self, value: str, instance: models.Model | None) -> None:
        super().validate(value, instance)
        if value and value not in CURRENCIES:
            raise ValidationError(_("There is no currency %(code)s"), code="currency", params={"code": value})


class _MoneyAttribute(DeferredAttribute):
    """Gives the stored minor units, or what a form has put there, together with the currency of the same row."""

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, owner)
        if isinstance(value, Minor | int | Decimal) and not isinstance(value, bool):
            value = instance.__dict__[self.field.attname] = self.field.in_currency_of(instance, value)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class MoneyField(_IntegerColumn):
    """`Money` kept as minor units; its currency is the column `currency` of the same row.

    total = MoneyField(_("Total"), currency="currency")

    Reading gives Money. Setting takes Money of the row's currency, or a Decimal, which is taken to be in it.
    Lookups take Money (or 0) and compare minor units only: filter by currency too. `values()` and aggregates
    give `Minor`. In expressions write Value(money, output_field=MoneyField()); two MoneyFields may be added
    and subtracted, and multiplied by an integer, nothing else.
    """

    description = _("An amount of money")
    descriptor_class = _MoneyAttribute

    def __init__(self, verbose_name: str | None = None, *, currency: str = "currency", **options: Any) -> None:
        self.currency = currency
        super().__init__(verbose_name, **options)

    def deconstruct(self) -> tuple:
        name, path, args, options = super().deconstruct()
        if self.currency != "currency":
            options["currency"] = self.currency
        return name, path, args, options

    def check(self, **options: Any) -> list:
        return [*super().check(**options), *self._check_currency()]

    def _check_currency(self) -> list[checks.CheckMessage]:
        columns = {field.name for field in self.model._meta.fields}
        if self.currency in columns:
            return []
        return [checks.Error(f"MoneyField has no column {self.currency!r} for its currency", obj=self, id="kartu.E101")]

    def in_currency_of(self, instance: models.Model, value: int | Decimal) -> Any:
        """`value` as Money; as it is while the row has no currency yet."""
        code = getattr(instance, self.currency)
        if code not in CURRENCIES:
            return value
        return Money.from_minor(value, code) if isinstance(value, Minor) else Money(value, code)

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = getattr(instance, self.attname)
        code = getattr(instance, self.currency)
        if isinstance(value, Money) and value.currency != code:
            raise CurrencyMismatch(f"{self.name} is in {value.currency}, but {self.currency} says {code!r}")
        if isinstance(value, int | Decimal) and value:
            raise UnknownCurrency(f"{self.name} needs a currency in {self.currency}, not {code!r}")
        return value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Minor | None:
        # An average comes as a fraction of a minor unit.
        return None if value is None else Minor(Decimal(value).to_integral_value(ROUND_HALF_UP))

    def to_python(self, value: Any) -> Any:
        if value in (None, "") or isinstance(value, Money | Minor | Decimal):
            return None if value == "" else value
        try:
            return Decimal(value)
        except (InvalidOperation, TypeError, ValueError):
            raise ValidationError(_("Write a number"), code="invalid") from None

    def validate(self, value: Any, instance: models.Model | None) -> None:
        super().validate(value, instance)
        if isinstance(value, Money):
            minor_units(value)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value is None or isinstance(value, Minor):
            return None if value is None else int(value)
        if isinstance(value, Money):
            return value.minor
        if value == 0 and isinstance(value, int | Decimal):
            return 0
        raise TypeError(f"{self.name or 'MoneyField'} takes Money, not {value!r}: an amount of which currency?")

    def value_to_string(self, instance: models.Model) -> str:
        value = self.value_from_object(instance)
        return "" if value is None else str(value.amount)

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": AmountField, **options})


def minor_units(money: Money) -> int:
    """What is stored for `money`; ValidationError when it has cents that the currency has not, or is too large."""
    if not money.is_rounded:
        decimals = CURRENCIES[money.currency]
        text = _("%(currency)s has %(decimals)s digits after the mark") if decimals else _("%(currency)s has no cents")
        raise ValidationError(text, code="decimals", params={"currency": money.currency, "decimals": decimals})
    try:
        return money.minor
    except ValueError:
        raise ValidationError(TOO_LARGE, code="range") from None


class MillionthsField(_IntegerColumn):
    """A Decimal of up to six digits behind the mark, kept as a count of millionths."""

    DECIMALS = 6

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Decimal | None:
        # An average comes as a fraction of a millionth.
        if value is None:
            return None
        return Decimal(value).to_integral_value(ROUND_HALF_UP).scaleb(-self.DECIMALS, _EXACT).normalize() + 0

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        if isinstance(value, float | bool):
            raise TypeError(f"{self.name} takes Decimal, int or text: a float is never exact")
        try:
            number = Decimal(value)
        except (InvalidOperation, TypeError, ValueError):
            number = Decimal("nan")
        if not number.is_finite():
            raise ValidationError(_("Write a number"), code="invalid")
        return number

    def validate(self, value: Any, instance: models.Model | None) -> None:
        super().validate(value, instance)
        if value is not None:
            self.validate_storable(value)

    def validate_storable(self, number: Decimal) -> None:
        if number.adjusted() > 12 or abs(number.scaleb(self.DECIMALS, _EXACT)) > MINOR_LIMIT:
            raise ValidationError(TOO_LARGE, code="range")
        if digits_behind_mark(number) > self.DECIMALS:
            raise ValidationError(
                _("Up to %(decimals)s digits after the mark"), code="decimals", params={"decimals": self.DECIMALS}
            )

    def get_prep_value(self, value: Any) -> int | None:
        number = self.to_python(super().get_prep_value(value))
        if number is None:
            return None
        self.validate_storable(number)
        return int(number.scaleb(self.DECIMALS, _EXACT))

    def value_to_string(self, instance: models.Model) -> str:
        value = self.value_from_object(instance)
        return "" if value is None else str(value)

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": NumberField, "decimals": self.DECIMALS, **options})


class QuantityField(MillionthsField):
    """How much or how many: 2.5 kg is kept as 2 500 000."""

    description = _("A quantity")


class UnitPriceField(MillionthsField):
    """The price of one unit, finer than the currency's minor unit: 0.0125 is kept as 12 500.

    A price times a quantity is no column: multiply in Python, `(Money(price, code) * quantity).rounded()`.
    """

    description = _("A price per unit")


for _field in (MoneyField, QuantityField, UnitPriceField):
    register_combinable_fields(_field, Combinable.ADD, _field, _field)
    register_combinable_fields(_field, Combinable.SUB, _field, _field)
    register_combinable_fields(_field, Combinable.MUL, models.IntegerField, _field)
    register_combinable_fields(models.IntegerField, Combinable.MUL, _field, _field)


class FoldedField(models.TextField):
    """Text made by `core.text`, compared and sorted code point by code point on both databases.

    SQLite does so by itself; PostgreSQL is told to, which also lets a plain index answer `startswith` ranges.
    """

    def __init__(self, verbose_name: str | None = None, **options: Any) -> None:
        options.setdefault("editable", False)
        options.setdefault("blank", True)
        super().__init__(verbose_name, **options)

    def db_parameters(self, connection: Any) -> dict:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def prefix_range(prefix: str) -> tuple[str, str]:
    """The bounds (from, below) of all folded texts that begin with `prefix`; what an index of a FoldedField finds."""
    return prefix, prefix + "\U0010ffff"
