"""Who is away when, and who stands in."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.actors import Actor
from kartu.core.widgets import ManyPicker
from kartu.firm.absences import days_of, deputies_of, set_days
from kartu.firm.lifting import within
from kartu.firm.models import Absence, User
from kartu.firm.rights import ABSENCES

# Where the act names what it refuses by the columns, the form has days and times.
FIELDS = {"from_at": "from_day", "until_at": "until_day"}


def day_field(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def time_field(**options: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(required=False, widget=widget, **options)


class AbsenceForm(forms.Form):
    """Whole days, or from and until a time of the clock of whoever fills it in."""

    person = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Who is away"), empty_label=None)
    kind = forms.ChoiceField(label=gettext_lazy("Why"), choices=Absence.Kind.choices)
    from_day = day_field(label=gettext_lazy("First day"))
    until_day = day_field(label=gettext_lazy("Last day"))
    from_time = time_field(label=gettext_lazy("From what time"))
    until_time = time_field(label=gettext_lazy("Until what time"))
    deputies = forms.ModelMultipleChoiceField(
        User.objects.active(),
        label=gettext_lazy("Who stands in"),
        required=False,
        widget=ManyPicker(reverse_lazy("firm:pick_colleague")),
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, absence: Absence, by: Actor, **options: Any) -> None:
        super().__init__(*args, initial=initial_of(absence), **options)
        self.absence = absence
        people: QuerySet[User] = within(User.objects.active(), ABSENCES, by)
        if absence.pk or len(people) == 1:
            del self.fields["person"]
        else:
            self.fields["person"].queryset = people

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if (first := data.get("from_day")) and (last := data.get("until_day")) and last < first:
            raise ValidationError({"until_day": _("The last day must not be before the first.")})
        return data

    @property
    def wanted(self) -> Absence:
        """The absence as it is to be; unsaved. Of a form that is valid."""
        data, absence = self.cleaned_data, self.absence
        absence.person = data.get("person") or absence.person
        absence.kind, absence.note = data["kind"], data["note"]
        set_days(absence, data["from_day"], data["until_day"])
        if data["from_time"] is not None:
            absence.from_at = moment_of(data["from_day"], data["from_time"])
        if data["until_time"] is not None:
            absence.until_at = moment_of(data["until_day"], data["until_time"])
        absence.whole_days = data["from_time"] is None and data["until_time"] is None
        return absence

    def refuse(self, refused: ValidationError) -> None:
        """Put what the act refuses beside the field that it is about."""
        for name, errors in refused.error_dict.items() if hasattr(refused, "error_dict") else [(None, refused)]:
            field = FIELDS.get(name, name)
            self.add_error(field if field in self.fields else None, errors)


def moment_of(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def initial_of(absence: Absence) -> dict[str, Any]:
    if not absence.pk:
        return {"person": absence.person_id, "kind": absence.kind}
    initial = {"kind": absence.kind, "note": absence.note, "deputies": deputies_of(absence)}
    if absence.whole_days:
        first, last = days_of(absence)
        return {**initial, "from_day": first, "until_day": last}
    start, end = timezone.localtime(absence.from_at), timezone.localtime(absence.until_at)
    return {
        **initial,
        "from_day": start.date(),
        "from_time": start.time(),
        "until_day": end.date(),
        "until_time": end.time(),
    }
