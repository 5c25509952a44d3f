"""What is typed of the tasks of a client on its card: a new one, another time, what came of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kartu.clients.forms.base import ActionForm
from kartu.clients.forms.fields import ContactField, MomentField
from kartu.clients.models import Client, Touch
from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.planner import actions
from kartu.planner.actions.closing import TOUCHES
from kartu.planner.models import Task
from kartu.planner.rights import receivers


class NewTaskForm(ActionForm):
    """Something that is to be done for `client`."""

    title = forms.CharField(label=_("What is to be done"), max_length=200)
    kind = forms.ChoiceField(label=_("What is it"), choices=Task.Kind.choices)
    due_at = MomentField(label=_("When"), required=False)
    person = forms.ModelChoiceField(User.objects.none(), label=_("Who"), empty_label=None)
    contact = ContactField(label=_("Whom"))

    wide = frozenset({"title"})
    optional = {"due_at": _("if it has a date")}

    def __init__(self, *args: Any, client: Client, by: Actor, kind: str = "", **options: Any) -> None:
        initial = {"person": by.pk, "kind": kind if kind in Task.Kind.values else Task.Kind.TASK}
        super().__init__(*args, initial=initial, **options)
        self.client, self.by = client, by
        self.fields["person"].queryset = receivers(by).order_by("name")
        self.fields["contact"].open_to(client)
        self.fields["title"].widget.attrs["autofocus"] = True

    def save(self) -> Task | None:
        return self.act(actions.set_task, client=self.client, by=self.by, **self.cleaned_data)


class MoveForm(ActionForm):
    """Another time for a task; a meeting begins then."""

    due_at = MomentField(label=_("When"))

    def __init__(self, *args: Any, task: Task, by: Actor, **options: Any) -> None:
        super().__init__(*args, initial={"due_at": task.at}, **options)
        self.task, self.by = task, by

    def save(self) -> Task | None:
        at = self.cleaned_data["due_at"]
        values = {"start_at": at} if self.task.start_at else {"due_at": at, "due_on": None}
        return self.act(actions.change_task, task=self.task, values=values, by=self.by)


class FinishForm(ActionForm):
    """It is done: what came of it, and when to call again."""

    result = forms.CharField(
        label=_("What came of it"), required=False, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )
    kind = forms.ChoiceField(label=_("What was it"), choices=Touch.Kind.choices, widget=forms.RadioSelect)
    minutes = forms.IntegerField(label=_("How long, minutes"), min_value=0, max_value=1440, required=False)
    again_at = MomentField(label=_("Call again"), required=False)

    wide = frozenset({"result", "kind"})
    optional = {"again_at": _("if there is a next step"), "minutes": _("if you know")}

    def __init__(self, *args: Any, task: Task, by: Actor, **options: Any) -> None:
        super().__init__(*args, initial={"kind": TOUCHES.get(task.kind, Touch.Kind.NOTE)}, **options)
        self.task, self.by = task, by
        if task.kind not in TOUCHES:
            del self.fields["kind"]
        self.fields["again_at"].label = _("Call again") if task.kind == Task.Kind.CALL else _("Once more at")

    def save(self) -> Any:
        given = self.cleaned_data
        return self.act(
            actions.finish_task,
            task=self.task,
            result=given["result"],
            spent_minutes=given["minutes"],
            touch_kind=given.get("kind", ""),
            next_step={"due_at": given["again_at"]} if given["again_at"] else None,
            by=self.by,
        )
