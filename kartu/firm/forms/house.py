"""Forms about the firm itself."""

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from kartu.core.money import currency_choices
from kartu.firm import countries, pictures
from kartu.firm.forms.fields import LanguageField, ZoneField
from kartu.firm.forms.numbers import PREFIX, RegistryNumbers
from kartu.firm.models import Branch, Firm, LegalEntity, Team, User
from kartu.firm.requisites import validate_bank


def in_use_from_the_start(form: forms.ModelForm) -> None:
    """Whether a thing is in use is asked of those that exist; what has a history is put out of use, never deleted."""
    if not form.instance.pk:
        del form.fields["is_active"]


class FirmForm(forms.ModelForm):
    country = forms.ChoiceField(label=_("Country"), choices=countries.choices)
    currency = forms.ChoiceField(label=_("Currency"), choices=currency_choices)
    language = LanguageField()
    time_zone = ZoneField()
    new_logo = forms.FileField(label=_("Logo"), required=False)

    class Meta:
        model = Firm
        fields = ["name", "trade", "country", "currency", "time_zone", "language"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].within(self.instance.country)
        self.fields["new_logo"].widget.attrs["accept"] = pictures.ACCEPT

    def clean_new_logo(self) -> ContentFile | None:
        return pictures.logo(self.cleaned_data["new_logo"]) if self.cleaned_data["new_logo"] else None


class LegalEntityForm(RegistryNumbers, forms.ModelForm):
    """A legal entity of `country`, with the numbers that it has there."""

    # Not a field of Meta: that another entity is the main one so far is no mistake, the action hands it over.
    is_main = forms.BooleanField(label=_("The main one"), required=False)

    class Meta:
        model = LegalEntity
        fields = ["name", "address", "bank_name", "bank_code", "bank_account", "is_active"]
        widgets = {"address": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: object, country: str, **kwargs: object) -> None:
        super().__init__(*args, country=country, **kwargs)
        in_use_from_the_start(self)
        self.country = country
        self.initial.setdefault("is_main", self.instance.is_main)
        for code, number in self.instance.registry_ids.items():
            self.initial.setdefault(PREFIX + code, number)

    def clean(self) -> None:
        known = self.cleaned_data
        try:
            bank = validate_bank(self.country, known.get("bank_code", ""), known.get("bank_account", ""))
        except forms.ValidationError as wrong:
            names = {"bank_code": "bank_code", "account": "bank_account"}
            for name, error in wrong.error_dict.items():
                self.add_error(names[name], error)
        else:
            known["bank_code"], known["bank_account"] = bank

    def entity(self) -> LegalEntity:
        """The entity with all that was typed, unsaved. Numbers of another country, kept from before, stay."""
        entity = self.instance
        kept = {code: number for code, number in entity.registry_ids.items() if PREFIX + code not in self.fields}
        entity.country = self.country
        entity.is_main = self.cleaned_data["is_main"]
        entity.registry_ids = {**kept, **self.registry_ids()}
        return entity


class BranchForm(forms.ModelForm):
    time_zone = ZoneField(required=False)

    class Meta:
        model = Branch
        fields = ["name", "address", "time_zone", "is_active"]
        widgets = {"address": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: object, country: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        in_use_from_the_start(self)
        self.fields["time_zone"].within(country, empty=_("as the firm"))


class TeamForm(forms.ModelForm):
    class Meta:
        model = Team
        fields = ["name", "head", "branch", "is_active"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        in_use_from_the_start(self)
        chosen = User.objects.filter(pk=self.instance.head_id)
        self.fields["head"].queryset = (User.objects.active() | chosen).order_by("name")
        self.fields["head"].empty_label = _("nobody")
        places = Branch.objects.filter(is_active=True) | Branch.objects.filter(pk=self.instance.branch_id)
        self.fields["branch"].queryset = places.order_by("name")
        self.fields["branch"].empty_label = _("none")
