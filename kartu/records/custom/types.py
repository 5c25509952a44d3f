"""What a field of the firm's own can hold. Each type says how a value is typed, kept as JSON, said, and looked for.

Kept are texts, integers, booleans and lists of texts; decimals and days as texts of one spelling. `None` is no value.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core import formats
from kartu.core.money import Money, format_money, parse_amount
from kartu.core.number_forms import AmountField, NumberField
from kartu.core.text import fold, sort_key
from kartu.firm import phones
from kartu.firm.models import Firm, User
from kartu.records.custom import kinds
from kartu.records.imports.cells import Cell
from kartu.records.imports.mapping import Kind as ImportKind
from kartu.records.imports.values import DateOrder, parse_bool, parse_moment, parse_number
from kartu.records.lists.days import Day, Moment
from kartu.records.lists.kinds import Choice, Email, Kind, Phone, Text
from kartu.records.lists.linked import Person
from kartu.security import origin

if TYPE_CHECKING:
    from kartu.records.custom.definitions import FieldShape

LONGEST_KEY = 320
MILLION = 1_000_000
LARGEST = Decimal(9_000_000_000_000)
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class FieldType:
    """`code` stands in the database and never changes. `column`: where lists find the value (`ProjectedValue`).

    `edit` is how a card changes it in place: text, multiline, date, or piece (a control of its own).
    """

    code: ClassVar[str]
    label: ClassVar[Any]
    icon: ClassVar[str] = "forms"
    column: ClassVar[str] = "text"
    edit: ClassVar[str] = "text"
    can_sort: ClassVar[bool] = True
    is_found: ClassVar[bool] = True
    import_kind: ClassVar[ImportKind] = ImportKind.TEXT
    longest: ClassVar[int] = 300

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        return forms.CharField(max_length=self.longest, **options)

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        """What a form's clean value is kept as; None for nothing. ValidationError where it cannot be."""
        text = UNFIT.sub(" ", str(value or "")).strip()
        if len(text) > self.longest:
            raise ValidationError(_("At most %(count)s letters") % {"count": self.longest}, code="too_long")
        return self.spelled(text, shape) if text else None

    def checked(self, value: Any, shape: "FieldShape") -> Any:
        """`value` if it is one that is kept, whoever sends it; ValidationError if not."""
        if value is not None and not isinstance(value, str):
            raise ValidationError(_("This is no text"), code="type")
        return self.kept(value, shape)

    def spelled(self, text: str, shape: "FieldShape") -> str:
        """The one spelling of a text; ValidationError for one that is none."""
        return text

    def python(self, value: Any, shape: "FieldShape") -> Any:
        """A kept value as forms, exports and cells have it."""
        return value

    def said(self, value: Any, shape: "FieldShape") -> str:
        return str(value)

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        """What a cell of an imported file is kept as. ValidationError says what is wrong with it."""
        return self.kept(text, shape)

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        """The values of `column` that a kept value is found by."""
        return [sort_key(value)[:LONGEST_KEY]]

    def kind(self, shape: "FieldShape") -> Kind:
        return Text()


class ShortText(FieldType):
    code, label = "text", gettext_lazy("Text")
    icon = "letter-case"


class LongText(FieldType):
    code, label = "long", gettext_lazy("Long text")
    icon = "align-left"
    edit, longest = "multiline", 5000
    import_kind = ImportKind.LONG

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        return forms.CharField(max_length=self.longest, widget=forms.Textarea(attrs={"rows": 3}), **options)


class Barcode(FieldType):
    code, label = "barcode", gettext_lazy("Barcode")
    icon = "barcode"

    def spelled(self, text: str, shape: "FieldShape") -> str:
        return "".join(text.split())

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [fold(value)[:LONGEST_KEY]]


class PhoneNumber(FieldType):
    code, label = "phone", gettext_lazy("Phone")
    icon = "phone"
    import_kind = ImportKind.PHONE

    def spelled(self, text: str, shape: "FieldShape") -> str:
        found = phones.parse(text, home())
        if len(found) != 1:
            raise ValidationError(_("There is no number in this") if not found else _("One number here"), code="phone")
        return found[0].e164

    def said(self, value: Any, shape: "FieldShape") -> str:
        return phones.display(value, formats.region.get())

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [value]

    def kind(self, shape: "FieldShape") -> Kind:
        return Phone(spell=lambda number: phones.display(number, formats.region.get()))


def home() -> str:
    firm = Firm.current()
    return firm.country if firm else ""


class EmailAddress(FieldType):
    code, label = "email", gettext_lazy("E-mail")
    icon = "mail"
    longest = 254
    import_kind = ImportKind.EMAIL

    def spelled(self, text: str, shape: "FieldShape") -> str:
        try:
            validate_email(text)
        except ValidationError:
            raise ValidationError(_("An e-mail looks like name@example.com"), code="email") from None
        return text.lower()

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [value]

    def kind(self, shape: "FieldShape") -> Kind:
        return Email()


class Link(FieldType):
    code, label = "link", gettext_lazy("Link")
    icon = "link"
    longest = 500

    def spelled(self, text: str, shape: "FieldShape") -> str:
        address = text if "://" in text else f"https://{text}"
        try:
            URLValidator(schemes=["http", "https"])(address)
        except ValidationError:
            raise ValidationError(_("A link looks like https://example.com/page"), code="link") from None
        return address

    def kind(self, shape: "FieldShape") -> Kind:
        return kinds.Link()


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


class Date(FieldType):
    code, label = "date", gettext_lazy("Date")
    icon = "calendar"
    column, edit = "day", "date"
    is_found = False
    import_kind = ImportKind.DATE

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def checked(self, value: Any, shape: "FieldShape") -> Any:
        try:
            return None if value is None else self.kept(date.fromisoformat(value), shape)
        except (TypeError, ValueError):
            raise ValidationError(_("There is no such day"), code="date") from None

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        if value in (None, ""):
            return None
        day = value if isinstance(value, date) else self.form_field(shape).clean(str(value))
        if not 1000 <= day.year <= 9000:
            raise ValidationError(_("There is no such day"), code="date")
        return day.isoformat()

    def python(self, value: Any, shape: "FieldShape") -> date:
        return date.fromisoformat(value)

    def said(self, value: Any, shape: "FieldShape") -> str:
        return formats.format_date(date.fromisoformat(value))

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        moment = parse_moment(cell, order)
        if moment is None:
            raise ValidationError(_("There is no such day"), code="date")
        return self.kept(moment.date(), shape)

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [date.fromisoformat(value)]

    def kind(self, shape: "FieldShape") -> Kind:
        return Day()


class DateTime(FieldType):
    code, label = "moment", gettext_lazy("Date and time")
    icon = "clock"
    column, edit = "moment", "piece"
    is_found = False
    import_kind = ImportKind.DATE

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        spelling = "%Y-%m-%dT%H:%M"
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=spelling)
        return forms.DateTimeField(widget=widget, input_formats=[spelling, f"{spelling}:%S"], **options)

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        if value in (None, ""):
            return None
        moment = value if isinstance(value, datetime) else parse_datetime(str(value))
        if moment is None:
            moment = self.form_field(shape).clean(str(value))
        moment = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
        if not 1000 <= moment.year <= 9000:
            raise ValidationError(_("There is no such day"), code="date")
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def python(self, value: Any, shape: "FieldShape") -> datetime:
        return datetime.fromisoformat(value)

    def said(self, value: Any, shape: "FieldShape") -> str:
        return formats.format_datetime(datetime.fromisoformat(value))

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        moment = parse_moment(cell, order)
        if moment is None:
            raise ValidationError(_("There is no such day"), code="date")
        return self.kept(moment, shape)

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [datetime.fromisoformat(value)]

    def kind(self, shape: "FieldShape") -> Kind:
        return Moment()


class YesNo(FieldType):
    code, label = "flag", gettext_lazy("Yes or no")
    icon = "checkbox"
    column, edit = "number", "piece"
    is_found = False
    import_kind = ImportKind.FLAG

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        choices = [("", "–"), ("yes", _("yes")), ("no", _("no"))]
        return forms.ChoiceField(choices=choices, **options)

    def checked(self, value: Any, shape: "FieldShape") -> Any:
        return self.kept(value, shape)

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        if isinstance(value, bool) or value in (None, ""):
            return value if isinstance(value, bool) else None
        if value not in ("yes", "no"):
            raise ValidationError(_("Choose yes or no"), code="flag")
        return value == "yes"

    def python(self, value: Any, shape: "FieldShape") -> Any:
        return "yes" if value else "no"

    def said(self, value: Any, shape: "FieldShape") -> str:
        return _("yes") if value else _("no")

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        said = parse_bool(text)
        if said is None:
            raise ValidationError(_("Choose yes or no"), code="flag")
        return said

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [int(value)]

    def kind(self, shape: "FieldShape") -> Kind:
        return kinds.YesNo()


class OneOf(FieldType):
    code, label = "choice", gettext_lazy("Choice")
    icon = "circle-dot"
    edit = "piece"

    @staticmethod
    def choices(shape: "FieldShape") -> list[tuple[str, str]]:
        """(key, label) of what is offered."""
        return [(key, label) for key, label in shape.options.get("choices", ())]

    def known(self, shape: "FieldShape") -> list[tuple[str, str]]:
        """Those that are offered no more too: they may stand in records."""
        return [*self.choices(shape), *((key, label) for key, label in shape.options.get("out", ()))]

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        return forms.ChoiceField(choices=[("", "–"), *self.choices(shape)], **options)

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        if value in (None, ""):
            return None
        if value not in dict(self.known(shape)):
            raise ValidationError(_("There is no such choice"), code="choice")
        return value

    def said(self, value: Any, shape: "FieldShape") -> str:
        return dict(self.known(shape)).get(value, str(value))

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        return chosen(text, self.choices(shape))

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [value]

    def kind(self, shape: "FieldShape") -> Kind:
        return Choice(choices=tuple(self.known(shape)))


def chosen(text: str, choices: list[tuple[str, str]]) -> str:
    """The key of the choice that is called `text`."""
    key = {fold(label): key for key, label in choices}.get(fold(text))
    if key is None:
        raise ValidationError(_("“%(name)s” is none of the choices") % {"name": text[:80]}, code="choice")
    return key


class SeveralOf(OneOf):
    code, label = "choices", gettext_lazy("Several choices")
    icon = "list-check"
    can_sort = False
    import_kind = ImportKind.LIST

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        widget = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=self.choices(shape), widget=widget, **options)

    def checked(self, value: Any, shape: "FieldShape") -> Any:
        return self.kept(value, shape)

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        if not isinstance(value, list | tuple):
            value = [value] if value else []
        known = dict(self.known(shape))
        if any(not isinstance(each, str) or each not in known for each in value):
            raise ValidationError(_("There is no such choice"), code="choice")
        return [key for key in known if key in value] or None

    def said(self, value: Any, shape: "FieldShape") -> str:
        known = dict(self.known(shape))
        return ", ".join(known.get(each, each) for each in value)

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        parts = [part.strip() for part in re.split(r"[;,|\n]", text) if part.strip()]
        return self.kept([chosen(part, self.choices(shape)) for part in parts], shape)

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return list(value)


class Colleague(FieldType):
    code, label = "person", gettext_lazy("Colleague")
    icon = "user"
    column, edit = "number", "piece"
    is_found = False

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        return forms.ModelChoiceField(User.objects.active(), empty_label="–", **options)

    def checked(self, value: Any, shape: "FieldShape") -> Any:
        return self.kept(value, shape)

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        pk = value.pk if isinstance(value, User) else value
        if pk in (None, ""):
            return None
        if isinstance(pk, bool) or not str(pk).isdecimal() or not User.objects.filter(pk=int(pk)).exists():
            raise ValidationError(_("There is no such colleague"), code="person")
        return int(pk)

    def said(self, value: Any, shape: "FieldShape") -> str:
        """All names are asked for once in a request: a table and a history say very many of them."""
        names = origin.current().memory
        if "colleagues" not in names:
            names["colleagues"] = dict(User.objects.values_list("pk", "name"))
        return names["colleagues"].get(value, "")

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        found = [pk for pk, name in User.objects.active().values_list("pk", "name") if fold(name) == fold(text)]
        if len(found) != 1:
            raise ValidationError(_("No colleague is called so"), code="person")
        return found[0]

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [value]

    def kind(self, shape: "FieldShape") -> Kind:
        return Person(User)


# In the order in which they are offered.
TYPES: dict[str, FieldType] = {
    each.code: each
    for each in (
        *(ShortText(), LongText(), Whole(), DecimalNumber(), Amount(), Date(), DateTime(), YesNo()),
        *(OneOf(), SeveralOf(), PhoneNumber(), EmailAddress(), Link(), Colleague(), Barcode()),
    )
}
OPTIONS_OF: dict[str, Callable[[], dict[str, Any]]] = {"money": lambda: {"currency": currency_of_firm()}}


def currency_of_firm() -> str:
    firm = Firm.current()
    return firm.currency if firm else "USD"
