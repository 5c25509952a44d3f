"""A new client, all of an old one, and the acts on one."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kartu.clients import actions
from kartu.clients.actions.channels import country_of
from kartu.clients.actions.clients import OF_PEOPLE
from kartu.clients.actions.custom import ENTITY, by_key
from kartu.clients.forms.base import ActionForm, MergingForm
from kartu.clients.forms.custom import OwnFields, fields_of_client
from kartu.clients.forms.fields import CountryField, DayField, DirectoryField, PersonField, TagsField
from kartu.clients.models import Client
from kartu.clients.rights import CREATE, HAND_OVER, receivers
from kartu.core import formats
from kartu.core.actors import Actor
from kartu.firm import requisites
from kartu.records.custom.forms import controls
from kartu.records.custom.showing import Values
from kartu.security.audit import plain

IF_THERE_IS_ONE = _("if there is one")


class NewClientForm(OwnFields, ActionForm):
    """The smallest useful set; the rest is folded away under "More"."""

    kind = forms.ChoiceField(label=_("Who is it"), choices=Client.Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Name"), max_length=300, widget=forms.TextInput(attrs={"autofocus": True}))
    phone = forms.CharField(label=_("Phone"), max_length=300, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    status = DirectoryField("statuses", label=_("Status"))
    category = DirectoryField("categories", label=_("Category"))
    source = DirectoryField("sources", label=_("Came from"))
    responsible = PersonField(label=_("Who looks after"), required=False)
    about = forms.CharField(label=_("What they do"), max_length=200, required=False)
    tags = TagsField()
    birthday = DayField(label=_("Birthday"), required=False)
    country = CountryField(required=False)
    tax_number = forms.CharField(label=_("Tax number"), max_length=60, required=False)
    pinned = forms.CharField(label=_("Pinned"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    wide = frozenset({"kind", "name", "about", "tags", "pinned"})
    optional = {
        "phone": _("several with commas"),
        "email": IF_THERE_IS_ONE,
        "birthday": _("of a person"),
        "country": _("if not your own"),
        "tax_number": IF_THERE_IS_ONE,
        "pinned": _("always in sight on the card"),
    }
    more = frozenset({"about", "tags", "birthday", "country", "tax_number", "pinned"})

    def __init__(self, *args: Any, by: Actor, **options: Any) -> None:
        initial = {"kind": Client.Kind.COMPANY, "responsible": by.pk, **options.pop("initial", {})}
        super().__init__(*args, initial=initial, **options)
        self.by = by
        self.fields["phone"].widget.attrs["inputmode"] = "tel"
        self.fields["email"].widget.attrs["inputmode"] = "email"
        for name in ("status", "category", "source", "tags"):
            self.fields[name].open_to(by)
        self.shapes = [shape for shape in fields_of_client(by) if shape.may_type(by)]
        self.fields.update(controls(self.shapes, by))
        # What must be filled in stands in sight.
        self.more = self.more | {shape.key for shape in self.shapes if not shape.is_required}
        people = receivers(by, CREATE)
        if people.count() > 1:
            self.fields["responsible"].open_to(people, CREATE)
        else:
            del self.fields["responsible"]

    def values(self) -> Values:
        names = [name for name in self.fields if name not in {shape.key for shape in self.shapes}]
        given = self.cleaned_data if self.is_bound else {name: self[name].initial for name in names}
        columns = {"responsible": self.by.pk} | {name: kept(given[name]) for name in names if name in given}
        typed = self.typed_values if self.is_bound else {}
        return Values(ENTITY, Client(), custom=by_key(typed), columns=columns)

    def save(self) -> Client | None:
        own = {shape.key for shape in self.shapes}
        given = {name: value for name, value in self.cleaned_data.items() if name not in own}
        tax_number = given.pop("tax_number")
        columns = {f"{name}_id": value.pk for name in ("status", "category", "source") if (value := given.pop(name))}
        client = self.act(actions.add_client, by=self.by, custom=self.typed_values, **given, **columns)
        return self.put_tax_number(client, tax_number) if client and tax_number else client

    def put_tax_number(self, client: Client, number: str) -> Client | None:
        """The first line of its requisites; None, with the error at the field, for a number that cannot be one."""
        country = country_of(client)
        ids = {requisites.tax_kind(country, client.kind).code: number}
        try:
            actions.add_entity(client=client, name=client.name, country=country, registry_ids=ids, by=self.by)
        except ValidationError as refused:
            self.add_error("tax_number", refused.messages)
            return None
        return client


def kept(value: Any) -> Any:
    """A form's value as conditions know it: records by their ids."""
    if isinstance(value, list | tuple | QuerySet):
        return {kept(each) for each in value}
    return value.pk if hasattr(value, "pk") else value


class ClientForm(MergingForm):
    """All that is typed of a client itself."""

    kind = forms.ChoiceField(label=_("Who is it"), choices=Client.Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Name"), max_length=300)
    about = forms.CharField(label=_("What they do"), max_length=200, required=False)
    status = DirectoryField("statuses", label=_("Status"))
    category = DirectoryField("categories", label=_("Category"))
    source = DirectoryField("sources", label=_("Came from"))
    pinned = forms.CharField(label=_("Pinned"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    salutation = forms.CharField(label=_("How to address"), max_length=40, required=False)
    family_name = forms.CharField(label=_("Family name"), max_length=120, required=False)
    given_name = forms.CharField(label=_("Given name"), max_length=120, required=False)
    patronymic = forms.CharField(label=_("Patronymic"), max_length=120, required=False)
    birthday = DayField(label=_("Birthday"), required=False)
    country = CountryField(required=False)
    language = forms.ChoiceField(label=_("Language of documents"), required=False)
    consent_at = DayField(label=_("Consent to keep their data, since"), required=False)
    consent_how = forms.CharField(label=_("How consent was given"), max_length=200, required=False)

    wide = frozenset({"kind", "name", "about", "pinned"})
    columns = {"status": "status_id", "category": "category_id", "source": "source_id"}

    def __init__(self, *args: Any, row: Client, by: Actor, **options: Any) -> None:
        super().__init__(*args, row=row, **options)
        self.by = by
        for name in ("status", "category", "source"):
            self.fields[name].open_to(by, getattr(row, f"{name}_id"))
        self.fields["language"].choices = [("", _("as the firm's")), *languages()]
        for name in set(self.fields) - {*self.names(), "base"}:
            del self.fields[name]

    def names(self) -> list[str]:
        """A company has no birthday; a page that had one asks for it, whatever its client has become since."""
        has_people = not self.row.is_company if self.sent is None else "birthday" in self.sent
        return [name for name in super().names() if has_people or name not in OF_PEOPLE]

    def typed(self) -> dict[str, Any]:
        typed = super().typed()
        is_company = self.cleaned_data.get("kind") == Client.Kind.COMPANY
        return {column: value for column, value in typed.items() if not is_company or column not in OF_PEOPLE}

    def save(self) -> Client | None:
        return self.merge(actions.change_client, client=self.row, by=self.by)


class OneFieldForm(ClientForm):
    """One field of a client, edited where it stands."""

    def __init__(self, *args: Any, name: str, **options: Any) -> None:
        self.one = name
        super().__init__(*args, **options)
        field = self.fields.get(name)
        if isinstance(field, DirectoryField):
            field.widget = forms.Select()
            field.widget.choices = field.choices

    def names(self) -> list[str]:
        return [name for name in super().names() if name == self.one]

    def read(self, name: str, text: str) -> Any:
        """The value that `text` stands for, as JSON keeps it; what the row holds where it stands for none."""
        try:
            value = self.fields[name].clean(text)
        except ValidationError:
            return self.saw[self.column_of(name)]
        return plain(value.pk if hasattr(value, "pk") else value)

    def mine(self, name: str) -> str:
        """What was typed, as a person reads it."""
        value, field = self.cleaned_data.get(name), self.fields[name]
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            return str(dict(field.choices).get(value, value))
        return formats.format_date(value) if isinstance(value, date) else str(value or "")


def languages() -> list[tuple[str, str]]:
    return [("en", "English"), ("id", "Bahasa Indonesia"), ("ru", "Русский")]


class HandOverForm(ActionForm):
    to = PersonField(label=_("To whom"))
    wide = frozenset({"to"})

    def __init__(self, *args: Any, client: Client, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.client, self.by = client, by
        self.fields["to"].open_to(receivers(by, HAND_OVER).exclude(pk=client.responsible_id), HAND_OVER)

    def save(self) -> Client | None:
        return self.act(actions.hand_over, client=self.client, to=self.cleaned_data["to"], by=self.by)


class TagsForm(ActionForm):
    tags = TagsField()
    wide = frozenset({"tags"})

    def __init__(self, *args: Any, client: Client, by: Actor, **options: Any) -> None:
        chosen = [row.tag_id for row in client.client_tags.all()]
        super().__init__(*args, initial={"tags": chosen}, **options)
        self.client, self.by = client, by
        self.fields["tags"].open_to(by)

    def save(self) -> Client | None:
        return self.act(actions.set_tags, client=self.client, tags=self.cleaned_data["tags"], by=self.by)
