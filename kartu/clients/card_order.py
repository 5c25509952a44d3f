"""The order of what a card shows: the role's own, else everybody's, else that of the registries."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import F, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from kartu.clients.models import CardOrder, Client
from kartu.core.actors import Actor
from kartu.security.rows import GuardedQuerySet

Part = CardOrder.Part
Item = TypeVar("Item")


@dataclass(frozen=True)
class Arrangement:
    """`shown` and `hidden` keys; an arrangement of neither leaves everything as it is."""

    shown: Sequence[str] = ()
    hidden: Sequence[str] = ()

    def of(self, items: Iterable[Item]) -> tuple[list[Item], list[Item]]:
        """(items in order, items that are hidden). Each has a `key`; one unknown here stays near its place."""
        items = list(items)
        by_key = {item.key: item for item in items}
        ordered = [by_key[key] for key in self.shown if key in by_key]
        known = {*self.shown, *self.hidden}
        for at, item in enumerate(items):
            if item.key not in known:
                ordered.insert(place_behind(items[:at], ordered), item)
        return ordered, [by_key[key] for key in self.hidden if key in by_key]


def place_behind(before: Sequence[Item], ordered: Sequence[Item]) -> int:
    """Behind the last of `before` that stands in `ordered`."""
    return max((ordered.index(item) + 1 for item in before if item in ordered), default=0)


def with_arrangements(rows: GuardedQuerySet, person: Actor) -> GuardedQuerySet:
    """Clients that bring along how their card stands for `person`: it takes no query of its own."""
    role = getattr(person, "role_id", None)
    return rows.annotate(**{f"arranged_{part}": Subquery(kept_for(part, role)) for part in Part.values})


def kept_for(part: str, role_id: int | None) -> QuerySet:
    """What is kept for the role, else for everybody."""
    rows = CardOrder.objects.filter(Q(role_id=role_id) | Q(role=None), part=part)
    own_first = rows.order_by(F("role_id").asc(nulls_last=True))
    return own_first.values(told=JSONObject(shown="shown", hidden="hidden"))[:1]


def arrangements_of(client: Client) -> dict[str, Arrangement]:
    """Part -> the arrangement that whoever fetched `client` (`with_arrangements`) sees."""
    told = {part: getattr(client, f"arranged_{part}") or {} for part in Part.values}
    return {part: Arrangement(**{name: keys_of(keys) for name, keys in each.items()}) for part, each in told.items()}


def keys_of(kept: list[str] | str) -> list[str]:
    """SQLite tells JSON inside JSON as a text."""
    return json.loads(kept) if isinstance(kept, str) else kept


def arrangement_of(part: str, role_id: int | None) -> tuple[Arrangement, bool]:
    """What is kept for a role (None: everybody), and whether it is its own: else it is what the role sees without."""
    rows = {row.role_id: row for row in CardOrder.objects.filter(Q(role=role_id) | Q(role=None), part=part)}
    row: Any = rows.get(role_id) or rows.get(None)
    return (Arrangement(row.shown, row.hidden) if row else Arrangement()), role_id in rows
