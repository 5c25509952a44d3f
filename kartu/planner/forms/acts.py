"""What becomes of a task: moved, given away, done, not needed, given back; who is told of it."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.clients.forms.base import ActionForm, MergingForm, is_same
from kartu.clients.forms.fields import DayField, MomentField
from kartu.clients.models import Touch
from kartu.core.actors import Actor
from kartu.planner import actions
from kartu.planner.actions.closing import TOUCHES
from kartu.planner.forms.fields import (
    REMINDERS,
    TIME_HINTS,
    ColleaguesField,
    DoerField,
    RemindersField,
    TaskField,
    WhenField,
    chips_of,
    wanted,
)
from kartu.planner.models import Outcome, Participant, Reminder, Task
from kartu.planner.models.task import TIMES
from kartu.planner.spoken import not_understood, when_said

WRITTEN = "%d.%m.%Y %H:%M"


class ActForm(ActionForm):
    """An act on `task`."""

    def __init__(self, *args: Any, task: Task, by: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        self.task, self.by = task, by


class MoveForm(MergingForm):
    """Another time: in words, or in the fields, of which those that say nothing yet are folded away.

    Who was faster with the same is not overwritten: see MergingForm.
    """

    when = WhenField(label=_("When"))
    due_at = MomentField(label=_("Due"), required=False)
    due_on = DayField(label=_("Due on the day"), required=False)
    start_at = MomentField(label=_("Begins"), required=False)
    end_at = MomentField(label=_("Ends"), required=False)

    wide = frozenset({"when"})
    optional = {"when": _("or below"), **TIME_HINTS}

    def __init__(self, *args: Any, task: Task, by: Actor, **options: Any) -> None:
        super().__init__(*args, row=task, **options)
        self.task, self.by = task, by
        self.said: dict[str, Any] = {}
        self.fields["when"].widget.attrs["autofocus"] = True
        known = {name for name, value in task.times().items() if value} or {"due_at"}
        self.more = frozenset(TIMES) - known

    def names(self) -> list[str]:
        return list(TIMES)

    @property
    def is_unfolded(self) -> bool:
        return any(name in self.errors or (self.is_bound and self[name].value()) for name in self.more)

    def clean(self) -> None:
        said = self.cleaned_data.pop("when", "")
        if not said:
            return
        times, rest = moved_to(said, self.task)
        if not times or rest.strip():
            self.add_error("when", not_understood())
            return
        # A place in the day leaves the deadline where it is; a new deadline takes its place.
        others = () if "start_at" in times else TIMES
        self.said = dict.fromkeys(others) | times

    def typed(self) -> dict[str, Any]:
        if not self.said:
            return super().typed()
        return {name: value for name, value in self.said.items() if not is_same(value, self.saw[name])}

    def save(self) -> Task | None:
        return self.merge(actions.change_task, task=self.task, by=self.by)


def moved_to(said: str, task: Task) -> tuple[dict[str, Any], str]:
    """Where `task` stands by these words, and those of them that say nothing of it: what has its place in the day keeps
    its hour where only a day is named."""
    times, rest = when_said(said, Task.Kind.MEETING if task.start_at else task.kind)
    if task.start_at and (day := times.get("due_on")):
        hour = timezone.localtime(task.start_at)
        return {"start_at": timezone.make_aware(datetime.combine(day, hour.time()))}, rest
    return times, rest


class AssignForm(ActForm):
    to = DoerField(label=_("To whom"))
    wide = frozenset({"to"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].open_to(self.by)

    def field_of(self, column: str) -> str | None:
        return "to" if column == "person" else super().field_of(column)

    def save(self) -> Task | None:
        return self.act(actions.assign_task, task=self.task, to=self.cleaned_data["to"], by=self.by)


class DropForm(ActForm):
    why = forms.CharField(label=_("Why"), required=False, widget=forms.TextInput(attrs={"autofocus": True}))
    wide = frozenset({"why"})
    optional = {"why": _("for those who look it up later")}

    def save(self) -> Task | None:
        return self.act(actions.drop_task, task=self.task, why=self.cleaned_data["why"], by=self.by)


class ReturnForm(ActForm):
    why = forms.CharField(label=_("What is missing"), widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}))
    due_at = MomentField(label=_("Due"), required=False)
    wide = frozenset({"why"})
    optional = {"due_at": _("if the time changes")}

    def save(self) -> Task | None:
        return self.act(actions.return_task, task=self.task, by=self.by, **self.cleaned_data)


class FinishForm(ActForm):
    """What came of it, and what comes next, in one go."""

    outcome = forms.ModelChoiceField(
        Outcome.objects.none(), label=_("How it ended"), required=False, widget=forms.RadioSelect, empty_label=None
    )
    result = forms.CharField(
        label=_("Result"), required=False, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )
    spent_minutes = forms.IntegerField(label=_("Spent, minutes"), min_value=0, max_value=100_000, required=False)
    touch_kind = forms.ChoiceField(
        label=_("In the client's history"), required=False, choices=[("", _("nothing")), *Touch.Kind.choices]
    )
    next_when = WhenField(label=_("Next step: when"))
    next_kind = forms.ChoiceField(label=_("What is it"), choices=Task.Kind.choices, required=False)
    next_title = forms.CharField(label=_("What is to be done next"), max_length=200, required=False)

    wide = frozenset({"outcome", "result", "next_when"})
    following = ("next_when", "next_kind", "next_title")
    optional = {
        "result": _("or one of the above"),
        "spent_minutes": _("if you know"),
        "next_when": _("if there is one"),
        "next_title": _("if not the same"),
    }

    def __init__(self, *args: Any, task: Task, **options: Any) -> None:
        initial = {"touch_kind": TOUCHES.get(task.kind, ""), "next_kind": task.kind, **options.pop("initial", {})}
        super().__init__(*args, task=task, initial=initial, **options)
        outcomes = Outcome.objects.filter(Q(kind=task.kind) | Q(kind=""), is_active=True)
        self.fields["outcome"].queryset = outcomes
        if not outcomes.exists():
            del self.fields["outcome"]
            self.optional = {**self.optional, "result": ""}
        if task.client_id is None:
            del self.fields["touch_kind"]

    def clean(self) -> None:
        given = self.cleaned_data
        kind = given.get("next_kind") or self.task.kind
        times, rest = when_said(given.get("next_when", ""), kind)
        if given.get("next_when") and (not times or rest.strip()):
            self.add_error("next_when", not_understood())
        if given.get("next_title") and not times and "next_when" not in self.errors:
            self.add_error("next_when", not_understood())
        title = given.get("next_title")
        given["next_step"] = {"kind": kind, **times, **({"title": title} if title else {})} if times else None

    def field_of(self, column: str) -> str | None:
        return "next_when" if column == "next_step" else super().field_of(column)

    def save(self) -> list | None:
        given = {name: value for name, value in self.cleaned_data.items() if name not in self.following}
        return self.act(actions.finish_task, task=self.task, by=self.by, **given)


def offered(outcome: Outcome | None, task: Task) -> dict[str, Any]:
    """What of the next step follows from how it ended."""
    if outcome is None or not (outcome.next_kind or outcome.next_after):
        return {}
    at = timezone.localtime(timezone.now()) + timedelta(minutes=outcome.next_after or 24 * 60)
    return {"next_kind": outcome.next_kind or task.kind, "next_when": at.strftime(WRITTEN)}


class RemindersForm(ActForm):
    """When the person at the screen himself is told of it."""

    reminders = RemindersField()
    remind_at = MomentField(label=_("Remind at"), required=False)
    wide = frozenset({"reminders"})
    optional = {"remind_at": _("a moment of your own")}

    def __init__(self, *args: Any, task: Task, by: Actor, **options: Any) -> None:
        rows = list(Reminder.objects.visible_to(by).filter(task=task, person=by))
        moment = next((row.typed_at for row in rows if row.typed_at), None)
        initial = {"reminders": chips_of(rows), "remind_at": moment}
        super().__init__(*args, task=task, by=by, initial=initial, **options)
        known = {key for key, _label in REMINDERS}
        more = [(key, _("%(count)s minutes before") % {"count": key}) for key in chips_of(rows) if key not in known]
        self.fields["reminders"].choices = [*REMINDERS, *more]

    def save(self) -> Task | None:
        given = self.cleaned_data
        chosen = wanted(given["reminders"], given["remind_at"])
        return self.act(actions.set_reminders, task=self.task, wanted=chosen, by=self.by)


class PeopleForm(ActForm):
    """Who watches, and who comes along."""

    watchers = ColleaguesField(label=_("Who watches"))
    attendees = ColleaguesField(label=_("Who comes along"))
    wide = frozenset({"watchers", "attendees"})
    optional = {"watchers": _("are told when it is done")}

    def __init__(self, *args: Any, task: Task, **options: Any) -> None:
        named = {"watchers": [], "attendees": []}
        for row in task.participants.all():
            if f"{row.kind}s" in named:
                named[f"{row.kind}s"].append(row.person_id)
        super().__init__(*args, task=task, initial=named, **options)
        for name in named:
            self.fields[name].open_up()

    def save(self) -> Task | None:
        for name, kind in (("watchers", Participant.Kind.WATCHER), ("attendees", Participant.Kind.ATTENDEE)):
            people = self.cleaned_data[name]
            if self.act(actions.set_participants, task=self.task, kind=kind, people=people, by=self.by) is None:
                return None
        return self.task


class ItemForm(ActForm):
    """A further line of the checklist."""

    text = forms.CharField(label=_("What"), max_length=300)

    def save(self) -> Any:
        return self.act(actions.add_item, task=self.task, text=self.cleaned_data["text"], by=self.by)


class AfterForm(ActForm):
    """What has to be done before it."""

    first = TaskField(label=_("Only after"))
    wide = frozenset({"first"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["first"].open_to(self.by, but=self.task)

    def save(self) -> Task | None:
        first = self.cleaned_data["first"]
        done = self.act(actions.put_after, task=self.task, first=first, by=self.by)
        return self.task if done else None
