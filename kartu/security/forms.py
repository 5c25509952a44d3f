"""A new access token; when backups are made."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kartu.core.api.build import declarations
from kartu.core.rights import Right
from kartu.core.rights import rights as every_right
from kartu.firm.models import User
from kartu.security.models.backup import BackupSettings
from kartu.security.models.token import AccessToken
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


class ScheduleForm(forms.ModelForm):
    class Meta:
        model = BackupSettings
        fields = ["is_on", "at", "daily", "weekly", "monthly"]
        widgets = {"at": forms.TimeInput(format="%H:%M", attrs={"type": "time"})}
