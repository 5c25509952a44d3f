"""Giving a person something for a time, and naming who stands in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.actors import Actor
from kartu.firm.models import Role, Team, User

MOMENT = "%Y-%m-%dT%H:%M"


class MomentField(forms.DateTimeField):
    """A day and a time, in the zone of the person at the screen."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(widget=widget, input_formats=[MOMENT, f"{MOMENT}:%S"], **options)


class PeriodForm(forms.Form):
    from_at = MomentField(label=gettext_lazy("From"))
    until_at = MomentField(label=gettext_lazy("Until"))


class GiveForm(PeriodForm):
    """A further role, or the rows of a team."""

    role = forms.ModelChoiceField(Role.objects.none(), label=gettext_lazy("Works as"), required=False)
    team = forms.ModelChoiceField(
        Team.objects.none(), label=gettext_lazy("Or sees what is this team's"), required=False
    )
    may_change = forms.BooleanField(label=gettext_lazy("May change what is the team's, too"), required=False)

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].queryset = Role.objects.in_use().exclude(code=Role.OWNER).exclude(pk=person.role_id)
        self.fields["team"].queryset = Team.objects.filter(is_active=True).exclude(pk=person.team_id).order_by("name")
        self.fields["role"].empty_label = self.fields["team"].empty_label = _("none")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if bool(data.get("role")) == bool(data.get("team")):
            raise ValidationError(_("Choose a role or a team."))
        return data


class DeputyForm(PeriodForm):
    deputy = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Who stands in"), empty_label=None)

    def __init__(self, *args: Any, absent: User, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        people = User.objects.active().exclude(pk=absent.pk)
        is_for_another = by.pk != absent.pk and not by.is_owner
        self.fields["deputy"].queryset = people.exclude(pk=by.pk) if is_for_another else people
