"""The numbers that a legal entity goes by, as fields of a form: which ones depends on its country."""

from django import forms
from django.forms import BoundField

from kartu.firm.requisites import Kind, kinds

PREFIX = "number_"


class NumberField(forms.CharField):
    """One number, checked as its kind asks; what comes out is bare."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(label=kind.label, required=False, max_length=60)
        self.kind = kind
        self.widget.attrs["placeholder"] = kind.example

    def clean(self, value: str) -> str:
        return self.kind.validate(super().clean(value))


class FlagField(forms.BooleanField):
    """A number that only says yes or no (whether VAT is paid)."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(label=kind.label, required=False)

    def clean(self, value: bool) -> str:
        return "1" if super().clean(value) else ""


class RegistryNumbers:
    """Mixed into a form: a field for each kind of number that a legal person of `country` has.

    `of`: those of a COMPANY or of a PERSON only.
    """

    def __init__(self, *args: object, country: str, of: str = "", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds(country, of)
        for kind in self.kinds:
            self.fields[PREFIX + kind.code] = FlagField(kind) if kind.is_flag else NumberField(kind)

    def number_fields(self) -> list[BoundField]:
        return [self[PREFIX + kind.code] for kind in self.kinds]

    def registry_ids(self) -> dict[str, str]:
        """Kind -> bare number, of those that were filled in."""
        numbers = {kind.code: self.cleaned_data.get(PREFIX + kind.code, "") for kind in self.kinds}
        return {code: number for code, number in numbers.items() if number}
