"""Which card is the same as this one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.clients.forms.base import ActionForm
from kartu.clients.forms.fields import ClientField
from kartu.clients.models import Client
from kartu.clients.rights import MERGE
from kartu.core.actors import Actor


class PartnerForm(ActionForm):
    other = ClientField(label=gettext_lazy("The other card"))

    wide = frozenset({"other"})

    def __init__(self, *args: Any, client: Client, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.client = client
        self.fields["other"].queryset = Client.objects.visible_to(by, MERGE)

    def clean_other(self) -> Client:
        if self.cleaned_data["other"].pk == self.client.pk:
            raise ValidationError(_("That is the client itself"), code="itself")
        return self.cleaned_data["other"]
