"""Fields that several forms share."""

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator, validate_password
from django.utils.translation import gettext_lazy as _

from kartu.firm.models import Firm, User
from kartu.firm.zones import zone_choices

LONGEST_PASSWORD = 256


class EmailField(forms.EmailField):
    """An address in small letters: it is a name to sign in by, and people type it either way."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(label=_("E-mail"), max_length=254, **kwargs)
        self.widget.attrs.update(autocomplete="username", inputmode="email", autocapitalize="none")

    def clean(self, value: str) -> str:
        return super().clean(value).lower()


class NewPasswordField(forms.CharField):
    """A password to be: eight characters or more, not among the ones that everybody takes."""

    def __init__(self, *, keep: bool = False, **kwargs: object) -> None:
        widget = forms.PasswordInput(render_value=keep, attrs={"autocomplete": "new-password", "minlength": 8})
        kwargs.setdefault("label", _("Password"))
        kwargs.setdefault(
            "help_text",
            _(
                "At least 8 characters; 15 or more are advised: "
                "four words that do not belong together are easy to remember."
            ),
        )
        super().__init__(strip=False, max_length=LONGEST_PASSWORD, widget=widget, **kwargs)


def check_password(form: forms.Form, person: User) -> None:
    """Put what is weak about the form's `password`, for `person`, beside the field."""
    if password := form.cleaned_data.get("password"):
        try:
            validate_password(password, person)
            firm = Firm.current() or Firm(name=form.cleaned_data.get("firm_name", ""))
            UserAttributeSimilarityValidator(user_attributes=["name"]).validate(password, firm)
        except forms.ValidationError as weak:
            form.add_error("password", weak)


class LanguageField(forms.ChoiceField):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect, **kwargs)


class ZoneField(forms.ChoiceField):
    """A time zone; `within(country)` puts that country's own first."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("label", _("Time zone"))
        super().__init__(choices=lambda: zone_choices(""), **kwargs)

    def within(self, country: str, empty: str = "") -> None:
        self.choices = [("", empty), *zone_choices(country)] if empty else zone_choices(country)
