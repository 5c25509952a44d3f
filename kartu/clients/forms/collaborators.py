"""Naming a colleague who takes part in a client."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kartu.clients import actions
from kartu.clients.actions.collaborators import those_who_may_take_part
from kartu.clients.forms.fields import PersonField
from kartu.clients.forms.parts import PartForm
from kartu.clients.models import Collaborator
from kartu.clients.rights import CHANGE, SHARE, reaches
from kartu.firm.models import User


class CollaboratorForm(PartForm):
    person = PersonField(label=_("Colleague"))
    may_change = forms.BooleanField(label=_("May change the client, not only see it"), required=False)
    wide = frozenset({"person", "may_change"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = [person.pk for person in those_who_may_take_part() if person.pk != self.client.responsible_id]
        self.fields["person"].open_to(User.objects.filter(pk__in=people), SHARE)
        if not reaches(self.by, self.client, CHANGE):
            del self.fields["may_change"]

    def save(self) -> Collaborator | None:
        return self.act(actions.name_collaborator, client=self.client, by=self.by, **self.cleaned_data)
