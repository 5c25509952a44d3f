"""When people are at something with a beginning and an end, whoever may see what it is.

The one place that reads tasks without asking who looks (decision 0129): whose, from when until when, and nothing else.
"""

from collections.abc import Container, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Q, QuerySet

from kartu.firm.models import User
from kartu.planner.minutes import Minutes
from kartu.planner.models import Participant, Task
from kartu.planner.models.task import LIVE

WHY = "when colleagues are busy, and nothing else of it"


class Busy(NamedTuple):
    """`start` and `end` are minutes of the epoch."""

    task: int
    person: int
    start: int
    end: int


def taken(when: Q) -> QuerySet:
    """Tasks that take time from somebody, or keep a room."""
    rows = Task.objects.as_system(WHY).filter(when, LIVE, state=Task.State.OPEN)
    return rows.exclude(start_at=None).exclude(client__trashed_at__isnull=False)


def asked(people: Iterable[User], when: Q) -> Iterator[tuple[QuerySet, str]]:
    """What takes time from `people`: their own, then what they come along to; and where its task is found."""
    tasks = taken(when)
    yield tasks.filter(person__in=people), ""
    along = Participant.objects.as_system(WHY).filter(
        person__in=people, kind=Participant.Kind.ATTENDEE, trashed_at=None
    )
    yield along.filter(task__in=tasks.values("pk")).exclude(person=F("task__person")), "task__"


def columns(prefix: str) -> tuple:
    return (f"{prefix}pk", "person_id", Minutes(f"{prefix}start_at"), Minutes(f"{prefix}end_at"))


def busy(people: Iterable[User], when: Q, but: Container[int] = ()) -> list[Busy]:
    """What takes time from `people`, beside the tasks `but`, of which more may be told."""
    found = [Busy(*row) for rows, prefix in asked(people, when) for row in rows.values_list(*columns(prefix))]
    return [each for each in found if each.task not in but]


def next_busy(people: Iterable[User], when: Q, but: QuerySet, most: int) -> list[tuple[datetime, Busy]]:
    """The first of them, each with the very moment at which it begins."""
    found: list[tuple[datetime, Busy]] = []
    for rows, prefix in asked(people, when):
        rows = rows.exclude(**{f"{prefix}pk__in": but.values("pk")}).order_by(f"{prefix}at", f"{prefix}pk")
        found += [(row[-1], Busy(*row[:-1])) for row in rows.values_list(*columns(prefix), f"{prefix}at")[:most]]
    return sorted(found, key=lambda each: (each[0], each[1].task))[:most]
