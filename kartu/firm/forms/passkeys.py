"""Passkeys: what the browser fills in by script, and what the person says of a new one."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from kartu.firm.passkeys import LONGEST_ANSWER


class PasskeyForm(forms.Form):
    """`answer`: what the device said, as JSON of the browser."""

    answer = forms.CharField(max_length=LONGEST_ANSWER, widget=forms.HiddenInput, required=False)

    @classmethod
    def answer_in(cls, posted: QueryDict) -> str:
        """What the device said; "" for nothing, or for far too much."""
        form = cls(posted)
        return form.cleaned_data["answer"] if form.is_valid() else ""


class NewPasskeyForm(PasskeyForm):
    name = forms.CharField(label=_("What you call it"), max_length=80)
