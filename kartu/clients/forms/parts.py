"""Contacts, channels, addresses and relations of a client."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kartu.clients import actions
from kartu.clients.forms.base import ActionForm, MergingForm
from kartu.clients.forms.fields import ClientField, CountryField, DayField
from kartu.clients.models import Address, Channel, Client, ClientRelation, Contact
from kartu.clients.opting import refusal
from kartu.core.actors import Actor
from kartu.core.veils import is_veiled, real_of

IF_THERE_IS_ONE = _("if there is one")


class PartForm(ActionForm):
    """Adds a part to `client`."""

    def __init__(self, *args: Any, client: Client, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.client, self.by = client, by


class ContactFields(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=300)
    position = forms.CharField(label=_("Position"), max_length=120, required=False)
    salutation = forms.CharField(label=_("How to address"), max_length=40, required=False)
    birthday = DayField(label=_("Birthday"), required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class NewContactForm(PartForm, ContactFields):
    phone = forms.CharField(label=_("Phone"), max_length=300, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    is_main = forms.BooleanField(label=_("Call and write to this one first"), required=False)

    field_order = ["name", "position", "phone", "email"]
    wide = frozenset({"name", "note", "is_main"})
    optional = {"phone": _("several with commas"), "email": IF_THERE_IS_ONE}
    more = frozenset({"salutation", "birthday", "note", "is_main"})

    def save(self) -> Contact | None:
        return self.act(actions.add_contact, client=self.client, by=self.by, **self.cleaned_data)


class ContactForm(MergingForm, ContactFields):
    wide = frozenset({"name", "note"})

    def __init__(self, *args: Any, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by

    def save(self) -> Contact | None:
        return self.merge(actions.change_contact, contact=self.row, by=self.by)


class NewChannelForm(PartForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Channel.Kind.choices)
    value = forms.CharField(label=_("Number or address"), max_length=300, widget=forms.TextInput({"autofocus": True}))
    label = forms.CharField(label=_("Which one"), max_length=60, required=False)
    contact = forms.ModelChoiceField(Contact.objects.none(), label=_("Whose"), required=False)
    is_main = forms.BooleanField(label=_("Use this one first"), required=False)

    wide = frozenset({"value", "is_main"})
    optional = {"label": _("like “office” or “at night”")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["contact"].queryset = self.client.contacts.all()
        self.fields["contact"].empty_label = self.client.name

    def save(self) -> list[Channel] | None:
        return self.act(actions.add_channel, client=self.client, by=self.by, **self.cleaned_data)


class ChannelForm(MergingForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Channel.Kind.choices)
    value = forms.CharField(label=_("Number or address"), max_length=300)
    extension = forms.CharField(label=_("Extension"), max_length=20, required=False)
    label = forms.CharField(label=_("Which one"), max_length=60, required=False)
    wide = frozenset({"kind"})
    # Nobody overwrites a mask with itself: these stay empty, and what is left empty stays as it is.
    behind_masks = ("value", "extension")

    def __init__(self, *args: Any, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by
        self.is_masked = is_veiled(self.row.value)
        if self.is_masked:
            self.initial |= dict.fromkeys(self.behind_masks, "")
            self.fields["value"].required = False
            self.fields["value"].label = _("Another number or address")
            self.fields["value"].widget.attrs["placeholder"] = str(self.row.value)
            self.fields["value"].help_text = _("Leave it empty to keep %(value)s") % {"value": self.row.value}

    def typed(self) -> dict[str, Any]:
        kept = self.behind_masks if self.is_masked else ()
        return {column: value for column, value in super().typed().items() if value or column not in kept}

    def save(self) -> Channel | None:
        return self.merge(actions.change_channel, channel=self.row, by=self.by)


class WordForm(ActionForm):
    """What a client said about being written to at `channel`: no reminders any more, or again."""

    note = forms.CharField(label=_("Who said so, and when"), max_length=300)
    wide = frozenset({"note"})

    def __init__(self, *args: Any, channel: Channel, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.channel, self.by = channel, by
        self.refused = refusal(real_of(channel.value))

    def save(self) -> Channel | None:
        said = actions.opt_in if self.refused else actions.opt_out
        return self.act(said, channel=self.channel, by=self.by, **self.cleaned_data)


class AddressFields(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Address.Kind.choices)
    street = forms.CharField(label=_("Street, house"), max_length=300, required=False)
    city = forms.CharField(label=_("City"), max_length=120, required=False)
    region = forms.CharField(label=_("Region"), max_length=120, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    country = CountryField(required=False)
    note = forms.CharField(label=_("How to get there"), max_length=300, required=False)


class NewAddressForm(PartForm, AddressFields):
    is_main = forms.BooleanField(label=_("Show this one first"), required=False)
    wide = frozenset({"street", "note", "is_main"})

    def save(self) -> Address | None:
        return self.act(actions.add_address, client=self.client, by=self.by, **self.cleaned_data)


class AddressForm(MergingForm, AddressFields):
    wide = frozenset({"street", "note"})

    def __init__(self, *args: Any, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by

    def save(self) -> Address | None:
        return self.merge(actions.change_address, address=self.row, by=self.by)


class RelationForm(PartForm):
    kind = forms.ChoiceField(label=_("This client is"), choices=ClientRelation.Kind.choices)
    other = ClientField(label=_("Which client"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    wide = frozenset({"other", "note"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["other"].open_to(self.by)
        self.fields["other"].widget.new_for = self.client.name

    def save(self) -> ClientRelation | None:
        return self.act(actions.add_relation, client=self.client, by=self.by, **self.cleaned_data)
