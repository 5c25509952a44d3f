"""Controls that several forms have."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse_lazy
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from kartu.clients.directories import DIRECTORIES, Directory
from kartu.clients.models import Client, Contact
from kartu.clients.rights import CREATE
from kartu.clients.rights import DIRECTORIES as EDIT_LISTS
from kartu.core.actors import Actor
from kartu.core.addresses import address
from kartu.core.moments import moment_told
from kartu.core.widgets import ManyPicker, Picker
from kartu.firm.countries import choices as countries
from kartu.firm.models import User

MOMENT = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A day and a time, in the zone of the person at the screen."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(widget=widget, input_formats=[MOMENT, f"{MOMENT}:%S"], **options)

    def prepare_value(self, value: Any) -> Any:
        """A moment as JSON keeps it, with its zone, is shown as the control takes it: browsers empty it otherwise."""
        return super().prepare_value((moment_told(value) if isinstance(value, str) else None) or value)


class DayField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class CountryField(forms.ChoiceField):
    def __init__(self, *, empty: Any = "", **options: Any) -> None:
        options.setdefault("label", _("Country"))
        super().__init__(choices=lazy(lambda: [("", empty), *countries()], list)(), **options)


class DirectoryField(forms.ModelChoiceField):
    """A value of one of the firm's lists; whoever may edit the lists makes a new one in place."""

    def __init__(self, key: str, **options: Any) -> None:
        self.directory: Directory = DIRECTORIES[key]
        super().__init__(self.directory.active(), required=False, widget=Picker(pick_url(key)), **options)

    def open_to(self, by: Actor, chosen: int | None = None) -> None:
        """Offer what is in use, and `chosen`, which may have been retired since."""
        self.queryset = self.directory.model.objects.filter(Q(is_active=True) | Q(pk=chosen))
        let_create(self.widget, self.directory, by)


class TagsField(forms.ModelMultipleChoiceField):
    def __init__(self, **options: Any) -> None:
        self.directory: Directory = DIRECTORIES["tags"]
        options = {"label": _("Tags"), "required": False, **options}
        super().__init__(self.directory.model.objects.all(), widget=ManyPicker(pick_url("tags")), **options)

    def open_to(self, by: Actor) -> None:
        let_create(self.widget, self.directory, by)


def pick_url(key: str) -> Any:
    return reverse_lazy("clients:pick_item", args=[key])


def let_create(widget: Picker, directory: Directory, by: Actor) -> None:
    if by.may(EDIT_LISTS):
        widget.new_url = reverse_lazy("clients:new_item", args=[directory.key])
        widget.new_for = _("for the client")


class PersonField(forms.ModelChoiceField):
    """A colleague, chosen among `people`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(User.objects.none(), widget=Picker(reverse_lazy("clients:pick_person")), **options)

    def open_to(self, people: QuerySet[User], right: str) -> None:
        self.queryset = people
        self.widget.url = f"{reverse_lazy('clients:pick_person')}?right={right}"


class ContactField(forms.ModelChoiceField):
    """One of the people of a client; a new one can be made in place."""

    def __init__(self, **options: Any) -> None:
        options = {"label": _("With whom"), "required": False, **options}
        super().__init__(Contact.objects.none(), **options)

    def open_to(self, client: Client) -> None:
        self.queryset = client.contacts.all()
        url, new_url = address("clients:pick_contact", client.pk), address("clients:new_contact", client.pk)
        self.widget = Picker(url, new_url=new_url, new_for=client.name)
        self.widget.choices = self.choices


class ClientField(forms.ModelChoiceField):
    """Another client; a new one can be made in place."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Client.objects.none(), widget=Picker(reverse_lazy("clients:pick")), **options)

    def open_to(self, by: Actor) -> None:
        self.queryset = Client.objects.visible_to(by)
        if by.may(CREATE):
            self.widget.new_url = reverse_lazy("clients:new")
