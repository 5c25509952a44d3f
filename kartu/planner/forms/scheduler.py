"""What is typed in the scheduler."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.clients.forms.fields import DayField
from kartu.firm.models import Team, User
from kartu.planner.models import SchedulerSetting

LENGTHS = [(15, _("15 minutes")), (30, _("30 minutes")), (60, _("1 hour")), (90, _("1½ hours")), (120, _("2 hours"))]


class FreeForm(forms.Form):
    """Who is to meet, for how long, from which day on."""

    people = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Who is to be there"), widget=forms.CheckboxSelectMultiple
    )
    minutes = forms.TypedChoiceField(label=_("How long"), choices=LENGTHS, coerce=int, initial=60)
    day = DayField(label=_("From this day on"), initial=timezone.localdate)

    def __init__(self, *args: Any, people: list[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["people"].queryset = User.objects.filter(pk__in=[person.pk for person in people]).order_by("name")


class SchedulerForm(forms.Form):
    """What the scheduler says of how it is shown now: any of these, the others stay as they were."""

    view = forms.ChoiceField(choices=SchedulerSetting.View.choices, required=False)
    minutes = forms.IntegerField(min_value=10, max_value=60 * 24 * 60, required=False)
    snap = forms.TypedChoiceField(choices=[(each, each) for each in (1, 5, 15)], coerce=int, required=False)
    colours = forms.ChoiceField(choices=SchedulerSetting.Colours.choices, required=False)
    whole = forms.TypedChoiceField(choices=[("0", "0"), ("1", "1")], coerce=lambda value: value == "1", required=False)
    # Empty: everybody.
    team = forms.ModelChoiceField(Team.objects.all(), required=False)

    @property
    def said(self) -> dict[str, Any]:
        found = {name: value for name, value in self.cleaned_data.items() if name in self.data}
        if "team" in found:
            found["everybody"] = found["team"] is None
        return found
