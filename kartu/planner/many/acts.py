"""What can be done to many tasks at once. Each goes by the action of the single act."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.formats import near_date
from kartu.planner import actions
from kartu.planner.forms.acts import WhenField
from kartu.planner.forms.fields import DoerField
from kartu.planner.models import Outcome, Task
from kartu.planner.models.task import TIMES
from kartu.planner.rights import CHANGE, TRASH
from kartu.planner.spoken import BEGINS, not_understood, when_said
from kartu.records.lists.asking import Asking
from kartu.records.lists.bulk import BulkAct, bulk_acts

FARTHEST = 3660  # days


def still_open(task: Task) -> Task:
    """`task`, if there is something to be done yet."""
    if task.state != Task.State.OPEN:
        raise ValidationError(gettext("This is done already"), code="done")
    return task


def finish_form(asking: Asking) -> type[forms.Form]:
    class FinishManyForm(forms.Form):
        outcome = forms.ModelChoiceField(
            Outcome.objects.filter(is_active=True), label=_("How it ended"), required=False, empty_label="–"
        )
        result = forms.CharField(label=_("Result"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

        def clean(self) -> dict[str, Any]:
            given = self.cleaned_data
            if not self.errors and not given.get("outcome") and not given.get("result", "").strip():
                self.add_error("result", gettext("What came of it? A few words are enough."))
            return given

    if not Outcome.objects.filter(is_active=True).exists():
        del FinishManyForm.base_fields["outcome"]
    return FinishManyForm


def finish(*, row: Task, values: Mapping[str, Any], by: Actor) -> None:
    outcome = values.get("outcome")
    if outcome and outcome.kind not in ("", row.kind):
        told = gettext("“%(outcome)s” is not how this can end") % {"outcome": outcome}
        raise ValidationError({"outcome": told}, code="kind")
    actions.finish_task(task=row, result=values["result"], outcome=outcome, by=by)


def finished(values: Mapping[str, Any]) -> str:
    return gettext("Done: %(result)s") % {"result": values.get("outcome") or values["result"]}


def move_form(asking: Asking) -> type[forms.Form]:
    class MoveManyForm(forms.Form):
        when = WhenField(label=_("To when"))
        days = forms.IntegerField(
            label=_("Or by how many days"), required=False, min_value=-FARTHEST, max_value=FARTHEST
        )

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.fields["when"].help_text = gettext("A day alone leaves to each its time of day")
            self.fields["days"].help_text = gettext("7 is a week later, -1 a day earlier")

        def clean(self) -> dict[str, Any]:
            said, days = self.cleaned_data.get("when", ""), self.cleaned_data.get("days")
            if self.errors:
                return self.cleaned_data
            if bool(said) == bool(days):
                self.add_error("when", gettext("Say either to when, or by how many days"))
                return self.cleaned_data
            times, rest = when_said(said, Task.Kind.TASK, asking.now) if said else ({}, "")
            if said and (not times or rest.strip()):
                self.add_error("when", not_understood())
            return {"days": days, "moment": times.get("due_at"), "day": times.get("due_on")}

    return MoveManyForm


def move(*, row: Task, values: Mapping[str, Any], by: Actor) -> None:
    times = times_moved(still_open(row), **values)
    actions.change_task(task=row, values=times, by=by)


def times_moved(task: Task, *, days: int | None, moment: datetime | None, day: date | None) -> dict[str, Any]:
    """What changes of the times of `task`: all of them by so many days, or to a moment, or to a day."""
    if moment:
        # A place in the day leaves the deadline where it is; a new deadline takes its place.
        begins = task.start_at or task.kind in BEGINS
        return {"start_at": moment} if begins else {**dict.fromkeys(TIMES), "due_at": moment}
    stands_on = task.due_on if task.due_on and not task.start_at else task.at and timezone.localtime(task.at).date()
    if stands_on is None:
        if day is None:
            raise ValidationError(gettext("It has no time that could be moved"), code="undated")
        return {"due_on": day}
    by_days = timedelta(days=days) if days else day - stands_on
    present = {name: value for name, value in task.times().items() if value is not None}
    return {name: later(value, by_days) for name, value in present.items()}


def later(when: date | datetime, by_days: timedelta) -> date | datetime:
    """Another day at the same time of day, where the person at the screen is."""
    return timezone.localtime(when) + by_days if isinstance(when, datetime) else when + by_days


def moved(values: Mapping[str, Any]) -> str:
    if to := values["moment"] or values["day"]:
        return gettext("Moved to %(when)s") % {"when": near_date(to)}
    told = ngettext("Moved by %(count)s day", "Moved by %(count)s days", values["days"])
    return told % {"count": values["days"]}


def assign_form(asking: Asking) -> type[forms.Form]:
    class AssignManyForm(forms.Form):
        to = DoerField(label=_("To whom"))

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.fields["to"].open_to(asking.person)

    return AssignManyForm


def assign(*, row: Task, values: Mapping[str, Any], by: Actor) -> None:
    actions.assign_task(task=still_open(row), to=values["to"], by=by)


def priority_form(asking: Asking) -> type[forms.Form]:
    class PriorityForm(forms.Form):
        priority = forms.TypedChoiceField(
            label=_("Priority"),
            choices=Task.Priority.choices,
            coerce=int,
            widget=forms.RadioSelect,
            initial=Task.Priority.HIGH,
        )

    return PriorityForm


def change_priority(*, row: Task, values: Mapping[str, Any], by: Actor) -> None:
    actions.change_task(task=row, values={"priority": values["priority"]}, by=by)


def priority_said(values: Mapping[str, Any]) -> str:
    return gettext("Priority: %(priority)s") % {"priority": Task.Priority(values["priority"]).label}


def trash(*, row: Task, values: Mapping[str, Any], by: Actor) -> None:
    actions.trash_task(task=row, by=by)


ACTS = (
    BulkAct("tasks.finish", "tasks", _("Done"), "check", CHANGE, finish, title=finished, form=finish_form, order=10),
    BulkAct("tasks.move", "tasks", _("Move"), "calendar-time", CHANGE, move, title=moved, form=move_form, order=20),
    BulkAct(
        "tasks.assign", "tasks", _("Hand over"), "user-share", CHANGE, assign, form=assign_form, order=30,
        title=lambda values: gettext("Given to %(name)s") % {"name": values["to"]},
    ),
    BulkAct(
        "tasks.priority", "tasks", _("Priority"), "flag", CHANGE, change_priority,
        title=priority_said, form=priority_form, order=40,
    ),
    BulkAct(
        "tasks.trash", "tasks", _("Trash"), "trash", TRASH, trash, title=lambda values: gettext("Moved to the trash"),
        confirm=_("Move the selected tasks to the trash? They can be taken out again."), is_dangerous=True, order=90,
    ),
)  # fmt: skip

for act in ACTS:
    bulk_acts.add(act)
