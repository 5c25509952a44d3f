"""Codes of the second step."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_CODE = 40
DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric"}
LETTERS = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class CodeForm(forms.Form):
    """A code of the app; `on_paper`: one of the recovery codes, which phones type with letters."""

    code = forms.CharField(label=_("Code"), max_length=LONGEST_CODE)

    def __init__(self, *args: object, on_paper: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(LETTERS if on_paper else DIGITS, autofocus=True)
        if on_paper:
            self.fields["code"].label = _("Recovery code")


class AppForm(forms.Form):
    """The first code of an app that has just read the secret, which travels with the page, sealed."""

    sealed = forms.CharField(widget=forms.HiddenInput, max_length=500)
    code = forms.CharField(label=_("Code that the app shows"), max_length=LONGEST_CODE)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(DIGITS)

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())
