"""A new task, and all of an old one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kartu.clients.forms.base import MergingForm
from kartu.clients.forms.fields import ClientField, DayField, MomentField
from kartu.clients.rights import reaches
from kartu.core.actors import Actor
from kartu.planner import actions
from kartu.planner.forms.client_reminders import TypedReminder
from kartu.planner.forms.fields import (
    TIME_HINTS,
    ColleaguesField,
    DoerField,
    FilesField,
    RemindersField,
    TaskField,
    WhomField,
    wanted,
)
from kartu.planner.models import Task
from kartu.planner.models.task import TIMES
from kartu.planner.spoken import kind_said, when_said
from kartu.records.rights import FILES_ATTACH

PRIORITIES = {"choices": Task.Priority.choices, "coerce": int, "empty_value": Task.Priority.NORMAL}


def minutes(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=100_000, required=False)


class NewTaskForm(TypedReminder):
    """A title is enough: it may say when, and that it is a call ("call Rina fri 15:00")."""

    title = forms.CharField(label=_("What is to be done"), max_length=300)
    kind = forms.ChoiceField(label=_("What is it"), choices=Task.Kind.choices, widget=forms.RadioSelect)
    due_at = MomentField(label=_("Due"), required=False)
    due_on = DayField(label=_("Due on the day"), required=False)
    start_at = MomentField(label=_("Begins"), required=False)
    end_at = MomentField(label=_("Ends"), required=False)
    person = DoerField(required=False)
    priority = forms.TypedChoiceField(label=_("Priority"), widget=forms.RadioSelect, required=False, **PRIORITIES)
    client = ClientField(label=_("Client"), required=False)
    contact = WhomField()
    text = forms.CharField(label=_("Details"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    files = FilesField(label=_("Files"))
    items = forms.CharField(label=_("Checklist"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    reminders = RemindersField()
    remind_at = MomentField(label=_("Remind at"), required=False)
    estimate_minutes = minutes(_("Estimate, minutes"))
    watchers = ColleaguesField(label=_("Who watches"))
    attendees = ColleaguesField(label=_("Who comes along"))
    parent = TaskField(label=_("Part of"), required=False)
    first = TaskField(label=_("Only after"), required=False)
    needs_ack = forms.BooleanField(label=_("Remind again until I say that I know"), required=False)
    needs_acceptance = forms.BooleanField(label=_("I want to accept the result"), required=False)
    is_private = forms.BooleanField(label=_("Private: only for me"), required=False)

    wide = frozenset({"title", "kind", "text", "files", "items", "reminders", "watchers", "attendees"})
    optional = {
        **TIME_HINTS,
        "items": _("one line each"),
        "reminders": _("if nothing is chosen: as is usual for its kind"),
        "watchers": _("are told when it is done"),
        **TypedReminder.optional,
    }
    more = frozenset(
        {
            *("text", "files", "items", "reminders", "remind_at", "estimate_minutes", "watchers", "attendees"),
            *("parent", "first", "needs_ack", "needs_acceptance", "is_private"),
        }
    )

    def __init__(self, *args: Any, by: Actor, **options: Any) -> None:
        usual = {"kind": Task.Kind.TASK, "priority": Task.Priority.NORMAL, "person": by.pk}
        super().__init__(*args, initial={**usual, **options.pop("initial", {})}, **options)
        self.by = by
        hint = _("The time may stand in it: call Rina fri 15:00")
        self.fields["title"].widget.attrs |= {"autofocus": True, "placeholder": hint}
        self.fields["person"].open_to(by)
        if not by.may(FILES_ATTACH):
            del self.fields["files"]
            self.more = self.more - {"files"}
        self.fields["client"].open_to(by)
        chosen = str(self["client"].value() or "")
        self.fields["contact"].open_to(by, int(chosen) if chosen.isdecimal() else None)
        self.open_typed(by)
        for name in ("watchers", "attendees"):
            self.fields[name].open_up()
        for name in ("parent", "first"):
            self.fields[name].open_to(by)

    def clean(self) -> None:
        """What the title says counts where the fields say nothing."""
        super().clean()
        given = self.cleaned_data
        title = given.get("title", "")
        if given.get("kind") == Task.Kind.TASK:
            given["kind"] = kind_said(title) or Task.Kind.TASK
        if title and not any(given.get(name) or name in self.errors for name in TIMES):
            times, rest = when_said(title, given.get("kind", ""))
            given |= {**times, "title": rest or title}

    def save(self) -> Task | None:
        given = dict(self.cleaned_data)
        first, chips, moment = given.pop("first"), given.pop("reminders"), given.pop("remind_at")
        given.pop("files", None)  # once there is a task to hang them on
        given["items"] = given["items"].splitlines()
        given["reminders"] = wanted(chips, moment) or None
        given = {name: value for name, value in given.items() if name not in self.reminding}
        given["remind_client"] = self.chosen()
        task = self.act(actions.set_task, by=self.by, **given)
        if task and first and self.act(actions.put_after, task=task, first=first, by=self.by) is None:
            return None
        return task


class TaskForm(MergingForm):
    """All that is typed of a task itself. Who does it is given away on a page of its own."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    kind = forms.ChoiceField(label=_("What is it"), choices=Task.Kind.choices, widget=forms.RadioSelect)
    due_at = MomentField(label=_("Due"), required=False)
    due_on = DayField(label=_("Due on the day"), required=False)
    start_at = MomentField(label=_("Begins"), required=False)
    end_at = MomentField(label=_("Ends"), required=False)
    client = ClientField(label=_("Client"), required=False)
    contact = WhomField()
    priority = forms.TypedChoiceField(label=_("Priority"), widget=forms.RadioSelect, **PRIORITIES)
    estimate_minutes = minutes(_("Estimate, minutes"))
    spent_minutes = minutes(_("Spent, minutes"))
    text = forms.CharField(label=_("Details"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    needs_ack = forms.BooleanField(label=_("Remind again until I say that I know"), required=False)
    needs_acceptance = forms.BooleanField(label=_("To be accepted by whoever set it"), required=False)
    is_private = forms.BooleanField(label=_("Private"), required=False)

    wide = frozenset({"title", "kind", "text", "priority"})
    optional = TIME_HINTS
    columns = {"client": "client_id", "contact": "contact_id"}

    def __init__(self, *args: Any, row: Task, by: Actor, **options: Any) -> None:
        self.by = by
        self.sees_client = row.client_id is None or reaches(by, row.client)
        super().__init__(*args, row=row, **options)
        for name in set(self.fields) - {*self.names(), "base"}:
            del self.fields[name]
        if self.sees_client:
            self.fields["client"].open_to(by)
            self.fields["contact"].open_to(by, row.client_id)

    def names(self) -> list[str]:
        """A client that the person does not see is not changed by him."""
        return [name for name in super().names() if self.sees_client or name not in self.columns]

    def sent_of(self, name: str, kept: Any) -> list[str]:
        if isinstance(self.control_of(name), forms.BooleanField):
            return ["on"] if kept else []
        return super().sent_of(name, kept)

    def save(self) -> Task | None:
        return self.merge(actions.change_task, task=self.row, by=self.by)
