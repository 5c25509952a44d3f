"""The order of what a card shows: the role's own, else everybody's, else that of the registries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Q

from kartu.clients.models import CardOrder
from kartu.core.actors import Actor
from kartu.security.prepared import instances, place

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


def arrangements_for(person: Actor) -> dict[str, Arrangement]:
    """Part -> the arrangement that `person` sees, in one query."""
    role = getattr(person, "role_id", None)
    kept = CardOrder.objects.filter
    if role:
        rows = instances("arrangements of a role", lambda: kept(Q(role_id=place(0)) | Q(role=None)), [role])
    else:
        rows = instances("arrangements for everybody", lambda: kept(role=None))
    # Those of the role come last and take the place of everybody's.
    found = sorted(rows, key=lambda row: row.role_id is not None)
    return {part: Arrangement() for part in Part.values} | {
        row.part: Arrangement(row.shown, row.hidden) for row in found
    }


def arrangement_of(part: str, role_id: int | None) -> tuple[Arrangement, bool]:
    """What is kept for a role (None: everybody), and whether it is its own: else it is what the role sees without."""
    rows = {row.role_id: row for row in CardOrder.objects.filter(Q(role=role_id) | Q(role=None), part=part)}
    row: Any = rows.get(role_id) or rows.get(None)
    return (Arrangement(row.shown, row.hidden) if row else Arrangement()), role_id in rows
