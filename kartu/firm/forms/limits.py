"""When and from where a role or a person may work."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.firm.models import EntryLimit, Role, User
from kartu.firm.models.limit import DAYS


class LimitForm(forms.Form):
    role = forms.ModelChoiceField(Role.objects.none(), label=gettext_lazy("For the role"), required=False)
    person = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Or for a person"), required=False)
    days = forms.TypedMultipleChoiceField(
        choices=DAYS,
        coerce=int,
        required=False,
        label=gettext_lazy("Working days"),
        widget=forms.CheckboxSelectMultiple,
    )
    from_time = forms.TimeField(
        label=gettext_lazy("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    until_time = forms.TimeField(
        label=gettext_lazy("Until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    addresses = forms.CharField(
        label=gettext_lazy("Addresses"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, limit: EntryLimit, **options: Any) -> None:
        lines = "\n".join(limit.addresses)
        hours = {"from_time": limit.from_time, "until_time": limit.until_time}
        super().__init__(*args, initial={"days": limit.days, "addresses": lines, **hours}, **options)
        self.limit = limit
        if limit.pk:
            del self.fields["role"], self.fields["person"]
        else:
            taken = EntryLimit.objects.values("role"), EntryLimit.objects.values("person")
            self.fields["role"].queryset = (
                Role.objects.in_use().exclude(code=Role.OWNER).exclude(pk__in=taken[0].exclude(role=None))
            )
            self.fields["person"].queryset = User.objects.active().exclude(pk__in=taken[1].exclude(person=None))
            self.fields["role"].empty_label = self.fields["person"].empty_label = _("none")

    def clean_addresses(self) -> list[str]:
        return self.cleaned_data["addresses"].replace(",", " ").split()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.limit.pk and bool(data.get("role")) == bool(data.get("person")):
            raise ValidationError(_("Choose a role or a person."))
        return data

    @property
    def values(self) -> dict[str, Any]:
        """What the form says of the limit itself. Of a form that is valid."""
        return {name: self.cleaned_data[name] for name in ("days", "from_time", "until_time", "addresses")}

    @property
    def wanted(self) -> EntryLimit:
        """The limit, of whom it is to be; unsaved."""
        if not self.limit.pk:
            self.limit.role, self.limit.person = self.cleaned_data["role"], self.cleaned_data["person"]
        return self.limit
