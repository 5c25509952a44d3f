"""A task: set, changed, moved, given to somebody else, put in the trash."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.actions.editing import check, locked, only, out_of_trash, put
from kartu.clients.models import Channel, Client, Contact
from kartu.core.about import find
from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.firm.models import User
from kartu.planner.actions.client_reminders import put_client_reminder
from kartu.planner.actions.parts import name_author, put_items, put_participants
from kartu.planner.actions.resources import check_bookings
from kartu.planner.actions.when import put_reminders, settle_times, usual_reminders
from kartu.planner.events import TaskAssigned, TaskChanged, TaskRestored, TaskSet, TaskTrashed
from kartu.planner.models import Participant, Task
from kartu.planner.models.task import TIMES
from kartu.planner.rights import CHANGE, CREATE, TRASH, VIEW, receivers
from kartu.security.actions import Refused, action

WHY = "whom a task is about"
# What a person types of a task. Who does it is not among them: that is assigned.
COLUMNS = frozenset(
    {
        *("title", "text", "kind", "priority", "client_id", "contact_id", "estimate_minutes", "spent_minutes"),
        *("is_private", "needs_ack", "needs_acceptance", *TIMES),
    }
)


@action(CREATE)
def set_task(
    *,
    title: str,
    kind: str = Task.Kind.TASK,
    person: User | None = None,
    client: Client | None = None,
    contact: Contact | None = None,
    about: Model | None = None,
    parent: Task | None = None,
    start_at: datetime | None = None,
    end_at: datetime | None = None,
    due_at: datetime | None = None,
    due_on: date | None = None,
    reminders: Iterable[dict[str, Any]] | None = None,
    items: Iterable[str] = (),
    watchers: Iterable[User] = (),
    attendees: Iterable[User] = (),
    remind_client: tuple[Channel, int] | None = None,
    by: Actor,
    **columns: Any,
) -> Task:
    """A new task for `person` (`by`, if nobody is named), who is told at `reminders`: dicts of before, on_the_day or
    typed_at; None: as is usual for its kind.

    `items` are the lines of its checklist, `remind_client` an address of the client and minutes ahead (None: as the
    owner wants it for its kind), `columns` any further of COLUMNS. Raises ValidationError by the names of the
    arguments, and Refused where `by` may not set tasks for `person`.
    """
    person = person or by
    check_receiver(by, person)
    task = Task(title=title, kind=kind, person=person, author_id=by.pk, **only(columns, COLUMNS))
    task.start_at, task.end_at, task.due_at, task.due_on = start_at, end_at, due_at, due_on
    task.client, task.contact, task.parent = client, contact, parent
    if about is not None:
        task.about_type, task.about_id = about._meta.label_lower, about.pk
    settle(task, by)
    task.save()
    name_author(task, by)
    put_items(task, items)
    put_participants(task, Participant.Kind.WATCHER, watchers)
    put_participants(task, Participant.Kind.ATTENDEE, attendees)
    put_reminders(task, person, usual_reminders(task) if reminders is None else reminders)
    if remind_client:  # before word of the task goes out, which sets the usual one where there is none
        put_client_reminder(task, *remind_client, by)
    publish(TaskSet(task.pk, person.pk, by.pk))
    return task


def check_receiver(by: Actor, person: User) -> None:
    if by.is_system or person.pk == by.pk:
        return
    if not receivers(by).filter(pk=person.pk).exists():
        raise Refused(f"tasks.assign for {person.pk}")


def settle(task: Task, by: Actor) -> None:
    """Check what was typed, and let one thing follow from the other."""
    settle_contact(task)
    if task.is_private and task.person_id != by.pk and not by.is_system:
        raise ValidationError({"is_private": _("Only a task of your own can be private")}, code="private")
    if task.about_type and find(task.about_type, task.about_id, by=by) is None:
        raise ValidationError(_("What this is about is not there any more"), code="about")
    if not task.person.may(VIEW):
        told = _("%(name)s may not see tasks at all. Give another role first.") % {"name": task.person}
        raise ValidationError({"person": told}, code="no_right")
    if task.parent_id and task.parent.parent_id:
        raise ValidationError({"parent": _("A part of a task has no parts of its own")}, code="deep")
    settle_times(task)
    check(task)
    if not task.title:
        raise ValidationError({"title": _("What is to be done?")}, code="required")


def settle_contact(task: Task) -> None:
    """Whom it is about belongs to the client it is about. Whoever does the task need not see either."""
    if task.contact_id is None:
        return
    whose = Contact.objects.as_system(WHY).values_list("client_id", flat=True).get(pk=task.contact_id)
    if task.client_id is None:
        task.client_id = whose
    if task.client_id != whose:
        raise ValidationError({"contact_id": _("This belongs to another client")}, code="foreign")


@action(CHANGE)
def change_task(*, task: Task, values: dict[str, Any], base: dict[str, Any] | None = None, by: Actor) -> Task:
    """Write `values` (some of COLUMNS) over `base`, the values that the person saw; raises EditConflicts."""
    values = only(values, COLUMNS)
    check_pointed_at(values, by)
    fresh, changed = put(task, with_length(task, values), base, by)
    if "client_id" in changed and "contact_id" not in changed:
        fresh.contact = None
    settle(fresh, by)
    if changed:
        if moved := [name for name in changed if name in TIMES]:
            fresh.moves += 1
            check_bookings(fresh)
        fresh.save()
        if moved and not fresh.reminders.exists():
            put_reminders(fresh, fresh.person, usual_reminders(fresh))
        publish(TaskChanged(fresh.pk, tuple(sorted(changed)), by.pk))
    return fresh


def with_length(task: Task, values: dict[str, Any]) -> dict[str, Any]:
    """What is moved by its beginning alone keeps its length."""
    start = values.get("start_at")
    if start and "end_at" not in values and task.start_at:
        return {**values, "end_at": start + (task.end_at - task.start_at)}
    if "start_at" in values and start is None and "end_at" not in values:
        return {**values, "end_at": None}
    return values


def check_pointed_at(values: dict[str, Any], by: Actor) -> None:
    """A client or contact is named only by whoever sees it."""
    for column, model in (("client_id", Client), ("contact_id", Contact)):
        pk = values.get(column)
        if pk is not None and not model.objects.visible_to(by).filter(pk=pk).exists():
            raise ValidationError({column: _("This is not there, or not for you")}, code="unseen")


@action(CHANGE, hands_over=True)
def assign_task(*, task: Task, to: User, by: Actor) -> Task:
    """Let `to` do it. The reminders of whoever was to do it become his; who gave it away goes on seeing it."""
    fresh = locked(task, by)
    before = by if by.pk == fresh.person_id else fresh.person
    if before.pk == to.pk:
        return fresh
    check_receiver(by, to)
    if fresh.is_private:
        raise ValidationError({"person": _("A private task stays with its person")}, code="private")
    fresh.person = to
    settle(fresh, by)
    fresh.save()
    for reminder in fresh.reminders.filter(person=before, trashed_at=None):
        reminder.person = to
        reminder.save()
    put_participants(fresh, Participant.Kind.WATCHER, [before], only_add=True)
    publish(TaskAssigned(fresh.pk, before.pk, to.pk, by.pk))
    return fresh


@action(TRASH)
def trash_task(*, task: Task, by: Actor) -> Task:
    fresh = locked(task, by)
    fresh.trashed_at = timezone.now()
    fresh.save()
    publish(TaskTrashed(fresh.pk, by.pk))
    return fresh


@action(TRASH)
def restore_task(*, task: Task, by: Actor) -> Task:
    fresh = out_of_trash(task, by, TRASH)
    fresh.save()
    publish(TaskRestored(fresh.pk, by.pk))
    return fresh
