"""The tasks of a client as a section of its card: the open ones, the late first, then what is over."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from kartu.clients.models import Client
from kartu.clients.timeline.entries import Cursor
from kartu.core.actors import Actor
from kartu.core.text import whole
from kartu.planner.at_hand import OPEN
from kartu.planner.models import Task
from kartu.planner.rights import CHANGE
from kartu.security.rows import GuardedQuerySet

PAGE = 30


@dataclass(frozen=True)
class Row:
    """A task with what whoever looks may do with it; `contact` is whom it is about."""

    task: Task
    contact: str
    may_change: bool
    may_accept: bool


@dataclass(frozen=True)
class Page:
    """`further` is where the next page begins, "" at the end."""

    rows: list[Row]
    further: str

    def __bool__(self) -> bool:
        return bool(self.rows)


def open_page(client: Client, by: Actor, after: str = "") -> Page:
    rows = of_client(client, by).filter(state__in=OPEN).order_by(F("at").asc(nulls_last=True), "pk")
    found = list((rows.filter(behind(after)) if after else rows)[: PAGE + 1])
    return page_of(client, by, found, lambda task: f"{task.at.isoformat() if task.at else ''}~{task.pk}")


def behind(after: str) -> Q:
    """The open tasks behind the place that `open_page` gave; of a text that is no place, all of them."""
    text, _tilde, number = after.partition("~")
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        return Q()
    if at is None:
        return Q(at=None, pk__gt=whole(number))
    if at.tzinfo is None:
        return Q()
    return Q(at=None) | Q(at__gt=at) | Q(at=at, pk__gt=whole(number))


def closed_page(client: Client, by: Actor, before: str = "") -> Page:
    rows = of_client(client, by).exclude(state__in=OPEN).order_by("-closed_at", "-pk")
    place = Cursor.read(before)
    found = list((rows.filter(place.behind(0, "closed_at")) if place else rows)[: PAGE + 1])
    return page_of(client, by, found, lambda task: str(Cursor(task.closed_at, 0, task.pk)))


def of_client(client: Client, by: Actor) -> GuardedQuerySet:
    return Task.objects.visible_to(by).filter(client=client).select_related("person", "outcome", "closed_by")


def page_of(client: Client, by: Actor, found: list[Task], place_of: Callable[[Task], str]) -> Page:
    shown = found[:PAGE]
    names = {contact.pk: contact.name for contact in client.contacts.all()}
    may_change = changeable(shown, by)
    rows = [
        Row(
            task,
            names.get(task.contact_id, ""),
            may_change=task.pk in may_change,
            may_accept=task.pk in may_change and task.may_be_accepted_by(by),
        )
        for task in shown
    ]
    return Page(rows, place_of(shown[-1]) if len(found) > PAGE else "")


def changeable(tasks: Iterable[Task], by: Actor) -> set[int]:
    """The ids of those that `by` may change, in one query."""
    ids = [task.pk for task in tasks]
    if not ids or not by.may(CHANGE):
        return set()
    return set(Task.objects.visible_to(by, CHANGE).filter(pk__in=ids).values_list("pk", flat=True))
