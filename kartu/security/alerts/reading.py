"""New rows of the two logs, each once, and what is missing between them.

A row is new when its number is behind the last one read, or was missing when its neighbours were read: on PostgreSQL a
lower number may commit later, and one that never comes belongs to a change that was given up. On SQLite numbers come in
order and without gaps, so that a missing one has been taken away.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, router
from django.db.models import Max, Q

from kartu.security.alerts.rules import Seen
from kartu.security.models.alert import LogPosition
from kartu.security.models.audit import AuditRow, Verb
from kartu.security.models.view import ViewRow

MOST = 500  # rows counted in one transaction: some 50 ms of the write lock
MOST_HOLES = 1000
HOLES_WAIT = timedelta(minutes=10)
# So many of the newest numbers are counted again at each look.
RECOUNTED = 5000


@dataclass(frozen=True)
class Source:
    """One of the logs: its rows as Seen."""

    key: str
    model: type[models.Model]
    columns: tuple[str, ...]
    seen: Callable[..., Seen]

    @property
    def rows(self) -> models.QuerySet:
        return self.model.objects.using(router.db_for_read(self.model))

    def last(self) -> int:
        return self.rows.aggregate(last=Max("id"))["last"] or 0

    def count(self, after: int, last: int) -> int:
        return self.rows.filter(id__gt=after, id__lte=last).count()

    def new(self, position: LogPosition, most: int = MOST) -> list[Seen]:
        """At most `most` rows that have not been read, by number."""
        new = Q(id__gt=position.last_id) | Q(id__in=[int(hole) for hole in position.holes])
        rows = self.rows.filter(new).order_by("id").values_list(*self.columns)
        return [self.seen(*row) for row in rows[:most]]


def of_audit(pk: int, at: datetime, actor: int | None, verb: str, values: Any, *rest: Any) -> Seen:
    root_type, root_id, object_type, object_id, session, address = rest
    whole = (root_type, root_id) if root_type else (object_type, object_id)
    if verb == Verb.SIGN_IN_FAILED:
        actor = object_id
    elif actor is None:
        actor = SYSTEM
    return Seen(pk, at, actor or 0, verb, *whole, values if isinstance(values, dict) else {}, session, address)


def of_view(pk: int, at: datetime, actor: int, kind: str, detail: Any, *rest: Any) -> Seen:
    return Seen(pk, at, actor, kind, rest[0], rest[1], detail if isinstance(detail, dict) else {}, rest[2], rest[3])


SYSTEM = -1
WHENCE = ("object_type", "object_id", "session", "address")
SOURCES = (
    Source(
        "audit",
        AuditRow,
        ("id", "at", "actor_id", "verb", "payload__values", "root_type", "root_id", *WHENCE),
        of_audit,
    ),
    Source("views", ViewRow, ("id", "at", "actor_id", "kind", "detail", *WHENCE), of_view),
)


def move_on(source: Source, position: LogPosition, numbers: list[int], now: datetime) -> int:
    """Note in `position` (unsaved) that rows with `numbers` have been read; how many are missing for good."""
    came = set(numbers)
    holes = {hole: since for hole, since in position.holes.items() if int(hole) not in came}
    behind = [number for number in numbers if number > position.last_id]
    if behind:
        fresh = list(missing_between(position.last_id, behind))[-MOST_HOLES:]
        holes.update((str(number), now.isoformat()) for number in fresh)
        position.last_id = behind[-1]
    waiting = {hole: since for hole, since in holes.items() if not is_given_up(since, now)}
    gone = len(holes) - len(waiting) if connection.vendor == "sqlite" else 0
    position.holes = waiting
    position.counted_from = max(position.counted_from, position.last_id - RECOUNTED)
    position.counted = source.count(position.counted_from, position.last_id)
    return gone


def missing_between(last: int, numbers: list[int]) -> Iterator[int]:
    for number in numbers:
        yield from range(max(last + 1, number - MOST_HOLES), number)
        last = number


def is_given_up(since: str, now: datetime) -> bool:
    waited = now - datetime.fromisoformat(since)
    return connection.vendor == "sqlite" or waited > HOLES_WAIT


def taken_away(source: Source, position: LogPosition) -> int:
    """How many of the newest rows that were there at the last look are there no more."""
    return max(0, position.counted - source.count(position.counted_from, position.last_id))
