"""The tasks that a card shows without being asked: the open ones, and the first finished ones of its history."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from kartu.clients.models import Client, Touch
from kartu.clients.timeline.reading import PAGE
from kartu.core.actors import Actor
from kartu.planner.models import Task
from kartu.planner.rights import VIEW
from kartu.security.prepared import instances, place, reach_of
from kartu.security.rows import Clearance, GuardedQuerySet

OPEN = (Task.State.OPEN, Task.State.REVIEW)
# A tab says no more than "1000"; of the finished ones a page of the history, and one that says whether it goes on.
MOST_OPEN, FIRST_FINISHED = 1000, PAGE + 1
WHY = "tasks of a client that have been picked out as visible"
WHY_TOUCHES = "whether a touch in the history tells of a finished task"


class AtHand(NamedTuple):
    """`open`: what has a time first, by it. `finished`: the newest first."""

    open: list[Task]
    finished: list[Task]


NOTHING = AtHand([], [])


def at_hand(client: Client, by: Actor) -> AtHand:
    """What `by` sees of them, in one query, asked once for a client that was fetched."""
    if not by.may(VIEW):
        return NOTHING
    kept = client.__dict__.setdefault("_tasks_at_hand", {})
    if by.pk not in kept:
        key, clearance = ("tasks of a card", by.pk, reach_of(Task, by)), Clearance(by)
        tasks = instances(key, lambda: picked(by), [client.pk] * 2, clearance)
        # What has no date comes last; False sorts before True.
        coming = sorted(
            (task for task in tasks if task.is_open), key=lambda task: (task.at is None, task.at or 0, task.pk)
        )
        over = sorted((task for task in tasks if not task.is_open), key=lambda task: (task.closed_at, task.pk))
        kept[by.pk] = AtHand(coming, over[::-1])
    return kept[by.pk]


def picked(by: Actor) -> GuardedQuerySet:
    open_ones = Task.objects.visible_to(by).filter(client=place(0), state__in=OPEN).order_by("at", "pk")
    either = Q(pk__in=open_ones.values("pk")[:MOST_OPEN]) | Q(
        pk__in=finished(by, place(1)).values("pk")[:FIRST_FINISHED]
    )
    rows = Task.objects.as_system(WHY).filter(either)
    return rows.select_related("person", "outcome", "closed_by").order_by()


def finished(by: Actor, client_id: object) -> GuardedQuerySet:
    """Those that are done and of which no touch tells, newest first. A touch in the trash tells of nothing."""
    touch = Touch.objects.as_system(WHY_TOUCHES).filter(pk=OuterRef("touch_id"), trashed_at=None)
    rows = Task.objects.visible_to(by).filter(~Exists(touch), client=client_id, state=Task.State.DONE)
    return rows.order_by("-closed_at", "-pk")
