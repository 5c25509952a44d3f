"""My day, for programs."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from kartu.core.access import signed_in
from kartu.core.api import Resource
from kartu.core.api.schemas import Moment, Out
from kartu.planner.queue.day import Queue
from kartu.planner.queue.items import Item, why
from kartu.planner.queue.sources import dressed

QUEUE = Resource("queue", _("My day"), order=150)
MOST = 200


class QueueItemOut(Out):
    kind: str = Field(description="What it is: planner.task, records.import; with `id` the name of the thing.")
    id: int
    source: str
    title: str
    group: str = Field(description="late, now, today, tomorrow, week, later, no_date or put_off.")
    at: Moment | None
    late_since: Moment | None
    put_off_until: Moment | None
    priority: int
    money: int | None = Field(description="What is at risk, in minor units of `currency`; null where nobody knows.")
    currency: str
    why: str = Field(description="In words, why it stands where it stands.")
    person_id: int = Field(description="Whose it is: another person's, where you stand in for him.")
    client_id: int | None
    client: str
    url: str


class QueueOut(Out):
    """In the order in which it is to be done; `count` is of all, `items` are the first ones."""

    count: int
    pressing: int = Field(description="How many are late, or to be done within the hour.")
    items: list[QueueItemOut]


@QUEUE.get("/queue", QueueOut)
@signed_in("everybody has a queue of his own")
def read_queue(
    request: HttpRequest, limit: int = Query(50, ge=1, le=MOST, description="How many of the first ones.")
) -> dict[str, Any]:
    """What waits for the token's person, in its order."""
    queue = Queue(request.user)
    first = dressed(request.user, queue.items[:limit])
    items = [told(item, queue) for item in first]
    return {"count": len(queue.items), "pressing": queue.pressing, "items": items}


def told(item: Item, queue: Queue) -> dict[str, Any]:
    same = ("kind", "source", "title", "at", "priority", "money", "currency", "person_id", "client_id", "client", "url")
    return {
        **{name: getattr(item, name) for name in same},
        "id": item.pk,
        "group": item.group.name.lower(),
        "late_since": item.late_at if item.is_late else None,
        "put_off_until": item.put_off_until,
        "why": why(item, queue.now),
    }
