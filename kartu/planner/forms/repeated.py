"""What a recurring task takes over from a single one: from one that stands there, or that is being typed."""

from collections.abc import Mapping
from typing import Any

from kartu.core.actors import Actor
from kartu.planner.forms.series import ONE
from kartu.planner.forms.tasks import NewTaskForm
from kartu.planner.models import Series, Task
from kartu.planner.models.task import TIMES

SHARED = ("title", "kind", "text", "priority", "estimate_minutes", "needs_acceptance", "is_private")
# What a task may have, and no recurring one.
SINGLE = ("files", "remind_at", "watchers", "attendees", "parent", "first", "needs_ack", "channel")


def of_task(task: Task) -> dict[str, Any]:
    found = {name: getattr(task, name) for name in SHARED}
    found |= {"person": task.person_id, "items": "\n".join(item.text for item in task.items.all())}
    return found | of_client(task.client_id, task.contact_id) | of_times(task.times(), task.person.time_zone, found)


def of_typed(form: NewTaskForm, by: Actor) -> dict[str, Any]:
    """Of a form that is filled in as far as it is, and has been looked through."""
    given = form.cleaned_data
    found = {name: given[name] for name in (*SHARED, "items", "reminders") if name in given}
    person, client, contact = (given.get(name) for name in ("person", "client", "contact"))
    found["person"] = (person or by).pk
    found |= of_client(client.pk if client else contact and contact.client_id, contact and contact.pk)
    return found | of_times(given, (person or by).time_zone, found)


def left_behind(form: NewTaskForm) -> list[str]:
    """The labels of what was typed and a recurring task has no place for."""
    return [str(form.fields[name].label) for name in SINGLE if name in form.fields and form.cleaned_data.get(name)]


def of_client(client_id: int | None, contact_id: int | None) -> dict[str, Any]:
    return {"whom": ONE, "client": client_id, "contact": contact_id} if client_id else {}


def of_times(times: Mapping[str, Any], zone: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """Its first day and its hour; how long it takes, where only its end says so."""
    start, end, due_at, due_on = (times.get(name) for name in TIMES)
    moment = start or due_at
    if moment is None:
        return {"starts_on": due_on} if due_on else {}
    local = moment.astimezone(Series(zone=zone).place)
    told = {"starts_on": local.date(), "at": local.time(), "begins": bool(start)}
    if start and end and not found.get("estimate_minutes"):
        told["estimate_minutes"] = int((end - start).total_seconds()) // 60
    return told
