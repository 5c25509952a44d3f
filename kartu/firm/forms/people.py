"""Forms about colleagues, and of a person about himself."""

from collections.abc import Callable

from django import forms
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.firm.door import TooSoon, Wrong
from kartu.firm.forms.fields import EmailField, LanguageField, NewPasswordField, ZoneField, check_password
from kartu.firm.models import Branch, Invitation, Role, Team, User


class PlaceFields:
    """Mixed into a form with `role`, `team` and `branch`: offers what is in use, and what the person has already."""

    def offer_places(self, by: Actor) -> None:
        now = self.instance
        roles = Role.objects.in_use()
        self.fields["role"].queryset = roles if by.is_owner else roles.exclude(code=Role.OWNER)
        for name, model in (("team", Team), ("branch", Branch)):
            chosen = model.objects.filter(pk=getattr(now, f"{name}_id"))
            self.fields[name].queryset = (model.objects.filter(is_active=True) | chosen).order_by("name")
            self.fields[name].empty_label = _("none")


class InviteForm(PlaceFields, forms.ModelForm):
    email = EmailField(required=False)

    class Meta:
        model = Invitation
        fields = ["name", "email", "role", "team", "branch"]

    def __init__(self, *args: object, by: Actor, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.offer_places(by)
        self.fields["role"].empty_label = None
        self.initial.setdefault("role", Role.objects.get(code=Role.SELLER).pk)


class PlaceForm(PlaceFields, forms.ModelForm):
    """What an owner changes about a colleague."""

    class Meta:
        model = User
        fields = ["role", "team", "branch"]

    def __init__(self, *args: object, by: Actor, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.offer_places(by)
        self.fields["role"].empty_label = None


class ProfileForm(forms.ModelForm):
    language = LanguageField()
    time_zone = ZoneField()

    class Meta:
        model = User
        fields = ["name", "phone", "language", "time_zone", "theme", "density", "letter_keys"]
        widgets = {"theme": forms.RadioSelect, "density": forms.RadioSelect}

    def __init__(self, *args: object, country: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].within(country)
        self.fields["phone"].widget.attrs.update(autocomplete="tel", inputmode="tel")


class PictureForm(forms.Form):
    picture = forms.FileField(label=_("Picture"))


class KeyForm(forms.Form):
    """E-mail and password to sign in with. Both ask for the password of today."""

    email = EmailField()
    password = NewPasswordField(label=_("New password"), required=False)
    old_password = forms.CharField(
        label=_("Password of today"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(
        self, *args: object, person: User, prove: Callable[[str], None] | None = None, **kwargs: object
    ) -> None:
        """`prove(password)` raises door.Wrong or door.TooSoon."""
        super().__init__(*args, **kwargs)
        self.person, self.prove = person, prove
        self.initial.setdefault("email", person.email)

    def clean_old_password(self) -> str:
        try:
            self.prove(self.cleaned_data["old_password"])
        except Wrong:
            raise forms.ValidationError(_("This is not your password.")) from None
        except TooSoon as soon:
            raise forms.ValidationError(soon.told) from None
        return self.cleaned_data["old_password"]

    def clean(self) -> None:
        check_password(self, self.person)
