"""Tasks in the queue: one's own open ones, and those that one has set and that wait to be accepted."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.clients.models import Client
from kartu.core.actors import Actor
from kartu.core.addresses import address
from kartu.core.formats import region
from kartu.core.veils import is_veiled
from kartu.firm import phones
from kartu.planner.models import Task
from kartu.planner.queue.items import Act, Item, Way, of_task
from kartu.planner.queue.sources import MOST, QueueSource, queue_sources
from kartu.planner.rights import VIEW
from kartu.security.prepared import asked, place, reach_of
from kartu.security.row_rules import among
from kartu.security.rows import GuardedQuerySet

KIND = Task._meta.label_lower
COLUMNS = (
    *("pk", "title", "kind", "priority", "person_id", "author_id", "client_id", "moves"),
    *("at", "late_at", "start_at", "due_on", "end_at", "estimate_minutes"),
)


def items(by: Actor, people: tuple[int, ...], until: datetime | None) -> Iterator[Item]:
    if until is None:
        key = ("queue.tasks", reach_of(Task, by, VIEW), len(people))
        places = [place(number) for number in range(len(people))]
        rows = asked(key, lambda: waiting(by, places), people)
    else:
        rows = waiting(by, people, until)
    for state, *row in rows:
        yield (to_be_accepted if state == Task.State.REVIEW else to_do)(*row)


def waiting(by: Actor, people: Sequence[int], until: datetime | None = None) -> GuardedQuerySet:
    """The nearest ones first."""
    rows = Task.objects.visible_to(by, VIEW)
    if until is not None:
        rows = rows.filter(Q(at__lte=until) | Q(at=None))
    own, to_accept = Q(state=Task.State.OPEN), Q(state=Task.State.REVIEW)
    rows = rows.filter(own & among("person_id", tuple(people)) | to_accept & among("author_id", tuple(people)))
    return rows.order_by(F("at").asc(nulls_last=True), "pk").values_list("state", *COLUMNS)[:MOST]


def to_do(
    pk: int, title: str, kind: str, priority: int, person: int, author: int, client: int | None, moves: int,
    at: datetime | None, late_at: datetime | None, start_at: datetime | None, due_on: date | None, *length: Any,
) -> Item:  # fmt: skip
    return Item(
        "tasks", KIND, pk, person, title, of_task(kind), at, late_at, start_at,
        is_whole_day=due_on is not None and start_at is None,
        priority=priority,
        minutes=minutes_of(kind, start_at, *length),
        client_id=client,
        tells=_("moved %(times)s times") % {"times": moves} if moves > 1 else "",
    )  # fmt: skip


def to_be_accepted(pk: int, title: str, kind: str, priority: int, person: int, author: int, *rest: Any) -> Item:
    client, _moves, at = rest[:3]
    told = _("Accept: %(title)s") % {"title": title}
    return Item(
        "tasks", KIND, pk, author, told, "checks", at, priority=priority, client_id=client, is_review=True
    )  # fmt: skip


def minutes_of(kind: str, start_at: datetime | None, end_at: datetime | None, estimate: int | None) -> int:
    """How long it takes, as far as anybody has said."""
    if estimate:
        return estimate
    return int((end_at - start_at).total_seconds()) // 60 if start_at else Task.LENGTHS[kind]


def dress(by: Actor, shown: list[Item]) -> None:
    ids = {item.client_id for item in shown if item.client_id}
    names = Client.names(ids) if ids else {}
    seen = set(Client.objects.visible_to(by).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    for item in shown:
        item.client = names.get(item.client_id, "")
        item.client_url = address("clients:card", item.client_id) if item.client_id in seen else ""


def ways_of(by: Actor, item: Item) -> list[Act]:
    """Calling and writing to whom it is about, where `by` may read the number."""
    client = Client.objects.visible_to(by).only("phone").filter(pk=item.client_id).first() if item.client_url else None
    if client is None or not client.phone or is_veiled(client.phone):
        return []
    return [
        Act(phones.display(client.phone, region.get()), phones.tel_link(client.phone), "phone", "c", Way.PAGE),
        Act(_("Write"), phones.whatsapp_link(client.phone), "brand-whatsapp", "w", Way.OUTSIDE),
    ]


def acts(by: Actor, item: Item) -> list[Act]:
    """What is done with a task itself has forms of its own (`queue/_task_acts.html`)."""
    return ways_of(by, item)


queue_sources.add(
    QueueSource("tasks", gettext_lazy("Tasks"), items, dress, acts, order=10, right=VIEW, is_guarded=True)
)
