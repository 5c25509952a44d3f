"""Forms of the records."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kartu.records.lists.approval import MOST_PURPOSE, purpose_of


class TakeForm(forms.Form):
    """Everything is taken along: what for."""

    purpose = forms.CharField(label=_("What for"), max_length=MOST_PURPOSE)


class IncidentForm(forms.Form):
    """A paper about an alert is made: what for, in which language."""

    purpose = forms.CharField(label=_("What for"), max_length=MOST_PURPOSE)
    language = forms.ChoiceField(label=_("In which language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)

    def clean_purpose(self) -> str:
        return purpose_of(self.cleaned_data["purpose"])
