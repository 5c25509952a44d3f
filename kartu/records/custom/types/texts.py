"""Texts, and what is typed as one: phones, e-mail, links, barcodes."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core import formats
from kartu.core.expressions.schema import EMAIL, PHONE, Type
from kartu.core.expressions.schema import Kind as Sort
from kartu.core.text import fold
from kartu.firm import phones
from kartu.firm.models import Firm
from kartu.records.custom import kinds
from kartu.records.custom.types.base import LONGEST_KEY, FieldType
from kartu.records.imports.mapping import Kind as ImportKind
from kartu.records.lists.kinds import Email, Kind, Phone

if TYPE_CHECKING:
    from kartu.records.custom.definitions import FieldShape


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

    def spelled(self, text: str, shape: "FieldShape") -> str:
        """Browsers end lines in two signs, programs in one: it is the same text."""
        return text.replace("\r\n", "\n")


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

    def expressed(self, shape: "FieldShape") -> Type | None:
        return Type(Sort.TEXT, spelling=PHONE)


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

    def expressed(self, shape: "FieldShape") -> Type | None:
        return Type(Sort.TEXT, spelling=EMAIL)


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
