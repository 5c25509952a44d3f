"""Forms of those who are not signed in yet: sign in, join, begin."""

import base64
from dataclasses import fields
from io import BytesIO

from django import forms
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _

from kartu.core.money import currency_choices
from kartu.firm import countries, pictures
from kartu.firm.actions.founding import Beginning
from kartu.firm.forms.fields import EmailField, LanguageField, NewPasswordField, ZoneField, check_password
from kartu.firm.forms.numbers import RegistryNumbers
from kartu.firm.models import Invitation, Trade, User
from kartu.firm.requisites import COMPANY


class SignInForm(forms.Form):
    email = EmailField()
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class JoinForm(forms.Form):
    """What a colleague tells of himself; role and team stand in the invitation."""

    language = LanguageField()
    name = forms.CharField(label=_("Your name"), max_length=150)
    email = EmailField(help_text=_("You will sign in with it."))
    password = NewPasswordField()

    def __init__(self, *args: object, invitation: Invitation, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("name", invitation.name)
        self.initial.setdefault("email", invitation.email)
        self.fields["name"].widget.attrs["autocomplete"] = "name"

    def clean(self) -> None:
        known = self.cleaned_data
        check_password(self, User(name=known.get("name", ""), email=known.get("email", "")))


class NewKeyForm(forms.Form):
    """A new password for `person`, who has forgotten the old one."""

    password = NewPasswordField()

    def __init__(self, *args: object, person: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> None:
        check_password(self, self.person)


class FirstRunForm(RegistryNumbers, forms.Form):
    """The first run on one page. `country` decides about currency, time zone and registry numbers.

    Whatever was typed comes back after an error. The logo does too: cleaned, it travels on in `logo_kept`.
    """

    language = LanguageField()
    country = forms.ChoiceField(label=_("Country"), choices=lambda: [("", ""), *countries.choices()])
    firm_name = forms.CharField(label=_("Name of the firm"), max_length=200)
    trade = forms.ChoiceField(label=_("What the firm does"), choices=Trade)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    time_zone = ZoneField()
    logo = forms.FileField(label=_("Logo"), required=False)
    logo_kept = forms.CharField(required=False, widget=forms.HiddenInput)
    legal_name = forms.CharField(label=_("Full legal name"), max_length=300, required=False)
    owner_name = forms.CharField(label=_("Your name"), max_length=150)
    email = EmailField(help_text=_("You will sign in with it."))
    password = NewPasswordField(keep=True)

    def __init__(self, *args: object, country: str, **kwargs: object) -> None:
        super().__init__(*args, country=country, of=COMPANY, **kwargs)
        self.fields["time_zone"].within(country)
        # The page as it stands goes to the server; what depends on the country comes back and is replaced.
        self.fields["country"].widget.attrs.update(
            {
                "hx-post": "",
                "hx-trigger": "change",
                "hx-include": "closest form",
                "hx-vals": '{"switch": ""}',
                "hx-select": "#by-country",
                "hx-target": "#by-country",
                "hx-swap": "outerHTML",
                "hx-select-oob": "#numbers,#country-before",
            }
        )
        self.fields["logo"].widget.attrs["accept"] = pictures.ACCEPT
        self.fields["owner_name"].widget.attrs["autocomplete"] = "name"
        self.logo_so_far = ""

    def clean(self) -> None:
        known = self.cleaned_data
        check_password(self, User(name=known.get("owner_name", ""), email=known.get("email", "")))
        try:
            self.keep_logo(known.get("logo"), known.get("logo_kept", ""))
        except forms.ValidationError as refused:
            self.add_error("logo", refused)

    def keep_logo(self, chosen: File | None, kept: str) -> None:
        """Clean the logo that was just chosen, or the one that the page has carried along since it was."""
        if chosen or kept:
            logo = pictures.logo(chosen or BytesIO(_decoded(kept)))
            self.logo_so_far = base64.b64encode(logo.read()).decode()

    def beginning(self) -> Beginning:
        known = self.cleaned_data
        plain = {field.name for field in fields(Beginning)} - {"registry_ids", "logo"}
        return Beginning(
            **{name: known[name] for name in plain},
            registry_ids=self.registry_ids(),
            logo=ContentFile(_decoded(self.logo_so_far)) if self.logo_so_far else None,
        )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
