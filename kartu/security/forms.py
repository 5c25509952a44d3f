"""A new access token."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kartu.core.api.build import declarations
from kartu.core.rights import Right
from kartu.core.rights import rights as every_right
from kartu.firm.models import User
from kartu.security.models.token import AccessToken
from kartu.security.seals.verifying import Anchor, NoAnchor
from kartu.security.tokens import make_token


def lifetimes() -> list[tuple[str, str]]:
    return [(str(days), ngettext("%(count)s day", "%(count)s days", days) % {"count": days}) for days in (30, 90, 365)]


def rights_for_programs(person: User) -> list[Right]:
    """The rights of `person` that open something to programs: those about the nouns that the interface knows."""
    declared = (declaration.right for by_method in declarations().values() for declaration in by_method.values())
    nouns = {right.partition(".")[0] for right in declared if right}
    return [right for right in every_right if right.code.partition(".")[0] in nouns and person.may(right.code)]


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=80, widget=forms.TextInput(attrs={"autofocus": True}))
    days = forms.ChoiceField(label=_("How long it opens"), choices=lifetimes, initial="90", widget=forms.RadioSelect)
    rights = forms.MultipleChoiceField(label=_("What the program may do"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, by: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by
        self.fields["rights"].choices = [(right.code, right.label) for right in rights_for_programs(by)]

    def save(self) -> tuple[AccessToken, str] | None:
        """The token and its text; None, with errors at the fields, where it was refused."""
        given = {**self.cleaned_data, "days": int(self.cleaned_data["days"])}
        try:
            return make_token(person=self.by, by=self.by, **given)
        except ValidationError as refused:
            self.add_error("rights", refused)
            return None


class VerifyForm(forms.Form):
    anchor = forms.CharField(
        label=_("A seal from an older letter or backup"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("The number and the letters behind it. The log must lead through this seal."),
    )

    def clean_anchor(self) -> str:
        text = self.cleaned_data["anchor"].strip()
        try:
            return str(Anchor.parse(text)) if text else ""
        except NoAnchor:
            raise ValidationError(_("Copy it whole: a number, a colon and 64 letters and digits")) from None
