from datetime import time
from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from kartu.notifications.models import MailSettings, QuietHours
from kartu.notifications.models.preference import EVENING


class MailSettingsForm(forms.ModelForm):
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Kept sealed. Leave it empty to keep the one you gave before."),
    )

    class Meta:
        model = MailSettings
        fields = ["host", "port", "security", "user", "from_address", "from_name"]

    def clean_port(self) -> int:
        port = self.cleaned_data["port"]
        if port not in settings.MAIL_PORTS:
            ports = ", ".join(map(str, settings.MAIL_PORTS))
            raise forms.ValidationError(_("Mail servers listen on one of %(ports)s") % {"ports": ports})
        return port

    def clean_host(self) -> str:
        host = self.cleaned_data["host"].strip()
        if any(sign in host for sign in "/@ ?#"):
            raise forms.ValidationError(_("Only the name of the server, like smtp.example.com"))
        return host

    def clean(self) -> dict:
        cleaned = super().clean()
        moved = self.instance.pk and cleaned.get("host") not in (None, self.initial.get("host"))
        if moved and self.instance.sealed_password and not cleaned.get("password"):
            # The old password must not be sent to whatever server somebody types here.
            self.add_error("password", _("Type the password again: it belongs to another server"))
        return cleaned

    def save(self, commit: bool = True) -> MailSettings:
        mail = super().save(commit=False)
        if not mail.user:
            mail.set_password("")
        elif self.cleaned_data["password"]:
            mail.set_password(self.cleaned_data["password"])
        mail.failing_since = mail.paused_until = None
        mail.last_error = ""
        mail.save()
        return mail


class QuietForm(forms.ModelForm):
    days = forms.TypedMultipleChoiceField(
        label=_("On the evenings of"),
        coerce=int,
        required=False,
        choices=[(number, WEEKDAYS[number]) for number in range(7)],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = QuietHours
        fields = ["from_at", "until_at", "days", "outside_work", "digest_at"]
        widgets = {name: forms.TimeInput({"type": "time"}, "%H:%M") for name in ("from_at", "until_at", "digest_at")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["digest_at"].required = False

    def clean_digest_at(self) -> time:
        return self.cleaned_data["digest_at"] or EVENING

    def clean(self) -> dict:
        cleaned = super().clean()
        begin, end = cleaned.get("from_at"), cleaned.get("until_at")
        if (begin is None) != (end is None):
            self.add_error("from_at" if begin is None else "until_at", _("Quiet hours need a beginning and an end"))
        elif begin is not None and begin == end:
            self.add_error("until_at", _("The end is the beginning"))
        return cleaned
