"""Legal persons and bank accounts: which numbers are asked for depends on the country."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kartu.clients import actions
from kartu.clients.forms.base import ActionForm, MergingForm
from kartu.clients.forms.fields import CountryField
from kartu.clients.models import BankAccount, Client, ClientEntity
from kartu.core.actors import Actor
from kartu.firm import requisites
from kartu.security.audit import plain
from kartu.security.columns import value_of

PREFIX = "number_"


class NumberFields:
    """Mixed into a form of a legal person: a field for each number of its country."""

    def ask_numbers(self, country: str, kind: str, values: dict[str, str]) -> None:
        self.number_kinds = requisites.kinds(country, kind)
        for number in self.number_kinds:
            self.fields[PREFIX + number.code] = number_field(number, values.get(number.code, ""))

    def numbers(self) -> dict[str, str]:
        """Code -> what was typed; numbers that this country does not ask for stay as they were."""
        typed = {each.code: self.cleaned_data[PREFIX + each.code] for each in self.number_kinds}
        return {code: ("1" if value is True else value or "") for code, value in typed.items()}

    def field_of(self, column: str) -> str | None:
        return PREFIX + column if PREFIX + column in self.fields else super().field_of(column)


def number_field(kind: requisites.Kind, value: str) -> forms.Field:
    if kind.is_flag:
        return forms.BooleanField(label=kind.label, required=False, initial=bool(value))
    hint = forms.TextInput(attrs={"placeholder": kind.show(kind.example), "autocomplete": "off"})
    return forms.CharField(label=kind.label, max_length=60, required=False, initial=kind.show(value), widget=hint)


class NewEntityForm(NumberFields, ActionForm):
    name = forms.CharField(label=_("Full legal name"), max_length=300)
    country = CountryField()
    address = forms.CharField(label=_("Registered address"), max_length=300, required=False)
    wide = frozenset({"name", "address"})

    def __init__(self, *args: Any, client: Client, country: str, by: Actor, **options: Any) -> None:
        super().__init__(*args, initial={"name": client.name, "country": country}, **options)
        self.client, self.by = client, by
        self.ask_numbers(self.data.get("country", country) if self.is_bound else country, client.kind, {})

    def save(self) -> ClientEntity | None:
        given = {name: self.cleaned_data[name] for name in ("name", "country", "address")}
        return self.act(actions.add_entity, client=self.client, registry_ids=self.numbers(), by=self.by, **given)


class EntityForm(NumberFields, MergingForm):
    name = forms.CharField(label=_("Full legal name"), max_length=300)
    country = CountryField()
    address = forms.CharField(label=_("Registered address"), max_length=300, required=False)
    wide = frozenset({"name", "address"})

    def __init__(self, data: Any = None, *, row: ClientEntity, country: str, by: Actor, **options: Any) -> None:
        self.by = by
        asked = data.get("country", country) if data is not None else country
        self.number_kinds = requisites.kinds(asked, row.client.kind)
        self.numbers = {PREFIX + each.code: each for each in self.number_kinds}
        super().__init__(data, row=row, **options)
        self.initial["country"] = asked
        self.fields.update({name: self.control_of(name) for name in self.numbers})

    def names(self) -> list[str]:
        return [*super().names(), *self.numbers]

    def column_of(self, name: str) -> str:
        return f"registry_ids.{self.numbers[name].code}" if name in self.numbers else name

    def values_now(self) -> dict[str, Any]:
        return {self.column_of(name): plain(value_of(self.row, self.column_of(name))) for name in self.names()}

    def control_of(self, name: str) -> forms.Field:
        return number_field(self.numbers[name], "") if name in self.numbers else super().control_of(name)

    def shown_of(self, name: str, kept: Any) -> Any:
        return self.numbers[name].show(str(kept or "")) if name in self.numbers else kept

    def value_of(self, name: str) -> Any:
        """Of a number what is kept of it, None where there is none; one that is wrong is refused when it is saved."""
        if name not in self.numbers:
            return super().value_of(name)
        value = self.cleaned_data.get(name)
        typed = "1" if value is True else value or ""
        try:
            return self.numbers[name].validate(typed) or None
        except ValidationError:
            return typed

    def spoken(self, row: Any, column: str, value: Any) -> str:
        return str(value or "") if "." in column else super().spoken(row, column, value)

    def save(self) -> ClientEntity | None:
        return self.merge(actions.change_entity, entity=self.row, by=self.by)


class AccountFields(forms.Form):
    bank_name = forms.CharField(label=_("Bank"), max_length=200, required=False)
    bank_code = forms.CharField(label=_("BIC, BIK or SWIFT"), max_length=20, required=False)
    account = forms.CharField(label=_("Account"), max_length=60)
    currency = forms.CharField(label=_("Currency"), max_length=3, required=False)


class NewAccountForm(ActionForm, AccountFields):
    entity = forms.ModelChoiceField(ClientEntity.objects.none(), label=_("Whose"), required=False)
    wide = frozenset({"account", "bank_name", "entity"})

    def __init__(self, *args: Any, client: Client, by: Actor, **options: Any) -> None:
        entities = client.entities.all()
        first = next(iter(entities), None)
        super().__init__(*args, initial={"entity": first and first.pk}, **options)
        self.client, self.by = client, by
        self.fields["entity"].queryset = entities
        self.fields["entity"].empty_label = client.name

    def save(self) -> BankAccount | None:
        return self.act(actions.add_account, client=self.client, by=self.by, **self.cleaned_data)


class AccountForm(MergingForm, AccountFields):
    wide = frozenset({"account", "bank_name"})

    def __init__(self, *args: Any, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by

    def save(self) -> BankAccount | None:
        return self.merge(actions.change_account, bank_account=self.row, by=self.by)
