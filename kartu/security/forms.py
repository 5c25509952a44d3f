"""A new access token; when backups are made and where copies go."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kartu.core.api.build import declarations
from kartu.core.rights import Right
from kartu.core.rights import rights as every_right
from kartu.firm.models import User
from kartu.security.models.backup import BackupSettings
from kartu.security.models.retention import LogRetention
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


class ScheduleForm(forms.ModelForm):
    class Meta:
        model = BackupSettings
        fields = ["is_on", "at", "daily", "weekly", "monthly"]
        widgets = {"at": forms.TimeInput(format="%H:%M", attrs={"type": "time"})}


class PlaceForm(forms.ModelForm):
    """Where copies go. A secret that was given before stays where none is typed, but never goes to another address."""

    secret = forms.CharField(
        label=_("Secret key"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Kept sealed. Leave it empty to keep the one you gave before."),
    )

    class Meta:
        model = BackupSettings
        fields = ["second", "folder", "s3_address", "s3_bucket", "s3_region", "s3_key_id", "s3_allows_http"]
        widgets = {"second": forms.RadioSelect}

    def clean_folder(self) -> str:
        folder = self.cleaned_data["folder"].strip()
        if folder and not Path(folder).is_absolute():
            raise ValidationError(_("The whole path, from the beginning: /media/backup or E:\\backup"))
        return folder

    def clean_s3_address(self) -> str:
        address = self.cleaned_data["s3_address"].strip().rstrip("/")
        parts = urlsplit(address)
        if address and (parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query):
            raise ValidationError(_("An address like https://s3.example.com"))
        return address

    def clean(self) -> dict:
        cleaned = super().clean()
        needed = {"folder": ["folder"], "s3": ["s3_address", "s3_bucket", "s3_region", "s3_key_id"]}
        for name in needed.get(cleaned.get("second"), []):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed"))
        if cleaned.get("second") == "s3":
            self.check_storage(cleaned)
        return cleaned

    def check_storage(self, cleaned: dict) -> None:
        if cleaned.get("s3_address", "").startswith("http:") and not cleaned.get("s3_allows_http"):
            self.add_error("s3_address", _("Without https only storage in this building is used; say so below"))
        is_moved = cleaned.get("s3_address") != self.initial.get("s3_address")
        if not cleaned.get("secret") and (is_moved or not self.instance.sealed_secret):
            self.add_error("secret", _("Type the secret key: it belongs to this address"))

    def save(self, commit: bool = True) -> BackupSettings:
        wanted = super().save(commit=False)
        if self.cleaned_data["secret"]:
            wanted.set_secret(self.cleaned_data["secret"])
        wanted.save()
        return wanted


class RetentionForm(forms.ModelForm):
    """For how many years the log is kept; what is left empty is kept for ever."""

    class Meta:
        model = LogRetention
        fields = ["acts", "views"]
