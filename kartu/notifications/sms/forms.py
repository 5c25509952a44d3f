from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from kartu.notifications.models import SmsGateway
from kartu.notifications.sms.gateway import lines_of


class SmsGatewayForm(forms.ModelForm):
    secret = forms.CharField(
        label=_("Password or key"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Kept sealed. Leave it empty to keep the one you gave before."),
    )

    class Meta:
        model = SmsGateway
        fields = [
            "url", "method", "headers", "body", "body_type", "user", "signs_in", "taken_if", "most_segments",
            "day_limit",
        ]  # fmt: skip
        widgets = {"headers": forms.Textarea(attrs={"rows": 2}), "body": forms.Textarea(attrs={"rows": 3})}

    def clean_url(self) -> str:
        url = self.cleaned_data["url"].strip()
        if not host_of(url) or urlsplit(url).scheme not in ("https", "http") or "{" in host_of(url):
            raise forms.ValidationError(_("An address that begins with https://"))
        return url

    def clean_headers(self) -> str:
        headers = self.cleaned_data["headers"].strip()
        if len(lines_of(headers)) != len(headers.splitlines()):
            raise forms.ValidationError(_("One header a line, like Accept: application/json"))
        return headers

    def clean_most_segments(self) -> int:
        return min(max(self.cleaned_data["most_segments"], 1), 10)

    def clean(self) -> dict:
        cleaned = super().clean()
        moved = self.instance.pk and host_of(cleaned.get("url", "")) != host_of(self.initial.get("url", ""))
        if moved and self.instance.sealed_secret and not cleaned.get("secret"):
            # The old password must not be sent to whatever server somebody types here.
            self.add_error("secret", _("Type it again: the one before belongs to another server"))
        if "{secret}" in cleaned.get("url", "") and urlsplit(cleaned["url"]).scheme != "https":
            self.add_error("url", _("A password in an address needs https://"))
        said = "".join(cleaned.get(name, "") for name in ("url", "body"))
        if "{text}" not in said or not ("{phone}" in said or "{digits}" in said):
            self.add_error("url", _("{text}, and {phone} or {digits}, must stand in the address or in what is sent"))
        return cleaned

    def save(self, commit: bool = True) -> SmsGateway:
        gateway = super().save(commit=False)
        if self.cleaned_data["secret"]:
            gateway.set_secret(self.cleaned_data["secret"])
        gateway.save()
        return gateway


def host_of(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
