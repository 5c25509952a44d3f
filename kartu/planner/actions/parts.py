"""What hangs on a task: who else is named on it, its checklist, what it waits for."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.actions.editing import check, locked
from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.firm.models import User
from kartu.planner.events import PersonNamed, TaskChanged
from kartu.planner.models import Participant, Task, TaskAfter, TaskItem
from kartu.planner.rights import CHANGE, VIEW
from kartu.security import audit
from kartu.security.actions import action

WHY = "who is named on a task, and what it waits for"
MOST_ITEMS = 200


def name_author(task: Task, by: Actor) -> None:
    """Whoever sets a task for somebody else goes on seeing it, and may change it."""
    if by.pk and by.pk != task.person_id:
        Participant(task=task, person=by, kind=Participant.Kind.AUTHOR, may_change=True).save()


def put_participants(task: Task, kind: str, people: Iterable[User], *, only_add: bool = False) -> bool:
    """Let exactly `people` be named on `task` as `kind`; whether anything changed."""
    rows = Participant.objects.as_system(WHY).filter(task=task, kind=kind, trashed_at=None)
    had = {row.person_id: row for row in rows}
    wanted = {person.pk: person for person in people if person.pk != task.person_id or kind == "attendee"}
    for pk, person in wanted.items():
        if pk not in had:
            if not person.may(VIEW):
                told = _("%(name)s may not see tasks at all. Give another role first.") % {"name": person}
                raise ValidationError({f"{kind}s": told}, code="no_right")
            Participant(task=task, person=person, kind=kind).save()
            publish(PersonNamed(task.pk, pk, str(kind), audit.acting().actor.pk))
    gone = [] if only_add else [row for pk, row in had.items() if pk not in wanted]
    for row in gone:
        row.trashed_at = timezone.now()
        row.save()
    return bool(gone or wanted.keys() - had.keys())


@action(CHANGE)
def set_participants(*, task: Task, kind: str, people: Iterable[User], by: Actor) -> Task:
    """Let exactly `people` watch `task`, or come along to it."""
    fresh = locked(task, by)
    if kind not in (Participant.Kind.WATCHER, Participant.Kind.ATTENDEE):
        raise ValueError(kind)
    if put_participants(fresh, kind, people):
        tell(fresh, "participants", by)
    return fresh


def tell(task: Task, what: str, by: Actor) -> None:
    publish(TaskChanged(task.pk, (what,), by.pk))


def put_items(task: Task, texts: Iterable[str]) -> None:
    for place, text in enumerate((each for each in texts if each.strip()), 1):
        item = TaskItem(task=task, text=text, place=place)
        check(item)
        item.save()


@action(CHANGE)
def add_item(*, task: Task, text: str, by: Actor) -> TaskItem:
    """A further line at the end of the checklist."""
    fresh = locked(task, by)
    rows = TaskItem.objects.visible_to(by).filter(task=fresh)
    if rows.count() >= MOST_ITEMS:
        raise ValidationError(
            {"text": _("A checklist has at most %(count)s lines") % {"count": MOST_ITEMS}}, code="many"
        )
    item = TaskItem(task=fresh, text=text, place=(rows.aggregate(last=Max("place"))["last"] or 0) + 1)
    check(item)
    item.save()
    tell(fresh, "items", by)
    return item


@action(CHANGE)
def change_item(*, item: TaskItem, text: str | None = None, is_done: bool | None = None, by: Actor) -> TaskItem:
    fresh = locked(item, by)
    fresh.text = fresh.text if text is None else text
    fresh.is_done = fresh.is_done if is_done is None else is_done
    check(fresh)
    fresh.save()
    tell(fresh.task, "items", by)
    return fresh


@action(CHANGE)
def drop_item(*, item: TaskItem, by: Actor) -> TaskItem:
    fresh = locked(item, by)
    fresh.trashed_at = timezone.now()
    fresh.save()
    tell(fresh.task, "items", by)
    return fresh


@action(CHANGE)
def put_after(*, task: Task, first: Task, by: Actor) -> TaskAfter:
    """Let `task` wait for `first`. What would wait for itself in the end is refused."""
    fresh = locked(task, by)
    if waits_for(first.pk, fresh.pk):
        told = _("“%(first)s” itself waits for this one") % {"first": first}
        raise ValidationError({"first": told}, code="circle")
    rows = TaskAfter.objects.as_system(WHY).filter(task=fresh, first=first)
    row = rows.filter(trashed_at=None).first()
    if row is None:
        row = TaskAfter(task=fresh, first=first)
        row.save()
        tell(fresh, "waits_for", by)
    return row


def waits_for(task_id: int, other_id: int) -> bool:
    """Whether the one waits for the other, through however many between."""
    seen, next_ones = set(), {task_id}
    while next_ones:
        if other_id in next_ones:
            return True
        seen |= next_ones
        rows = TaskAfter.objects.as_system(WHY).filter(task_id__in=next_ones, trashed_at=None)
        next_ones = set(rows.values_list("first_id", flat=True)) - seen
    return False


@action(CHANGE)
def drop_after(*, after: TaskAfter, by: Actor) -> TaskAfter:
    fresh = locked(after, by)
    fresh.trashed_at = timezone.now()
    fresh.save()
    tell(fresh.task, "waits_for", by)
    return fresh


def open_ones_before(task: Task) -> list[Task]:
    """The tasks that have to be done before `task` can be."""
    ids = TaskAfter.objects.as_system(WHY).filter(task=task, trashed_at=None).values_list("first_id", flat=True)
    rows = Task.objects.as_system(WHY).live()
    return list(rows.filter(pk__in=list(ids)).exclude(state__in=(Task.State.DONE, Task.State.DROPPED)))
