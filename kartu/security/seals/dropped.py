"""What lines of the log told of, and tells no more: kept as numbers in the lines by which they were dropped.

So `kartu check` still knows that a row has been made, how often it was changed, and that it was deleted for good.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.dateparse import parse_datetime

from kartu.security.models import AuditPayload
from kartu.security.models.audit import Verb
from kartu.security.seals import ids

CHANGES = frozenset({Verb.CHANGE, Verb.TRASH, Verb.RESTORE})


def marks() -> Any:
    """What the lines told that dropped something."""
    return AuditPayload.objects.filter(row__verb=Verb.ERASE, row__object_type="")


def dropped_up_to(store: str) -> int:
    """The number of the last seal of `store` whose rows may be gone."""
    told = marks().values_list("values__store", "values__up_to")
    return max((up_to or 0 for each, up_to in told if each == store), default=0)


def acts_dropped_before() -> datetime | None:
    """Acts from before that moment may be gone; None: none are."""
    told = marks().values_list("values__store", "values__before")
    newest = max((before for store, before in told if store == "acts"), default=None)
    return parse_datetime(newest) if newest else None


def summary_of(acts: Iterable[tuple[str, str, int | None]]) -> dict[str, Any]:
    """Of (verb, kind, id) of acts what is to be known of them later: "made", "purged" {kind: ranges of ids}, "changed"
    {kind: {id: times}}."""
    made, purged = defaultdict(set), defaultdict(set)
    changed: dict[str, Counter[str]] = defaultdict(Counter)
    for verb, kind, pk in acts:
        if pk is None or not kind:
            continue
        if verb == Verb.CREATE:
            made[kind].add(pk)
        elif verb == Verb.PURGE:
            purged[kind].add(pk)
        elif verb in CHANGES:
            changed[kind][str(pk)] += 1
    return {
        "made": {kind: ids.packed(pks) for kind, pks in made.items()},
        "purged": {kind: ids.packed(pks) for kind, pks in purged.items()},
        "changed": {kind: dict(counted) for kind, counted in changed.items()},
    }


class Dropped:
    """All that the dropped acts told, together."""

    @cached_property
    def told(self) -> list[dict[str, Any]]:
        return [values for values in marks().values_list("values", flat=True) if values.get("store") == "acts"]

    def has_made(self, kind: str, pk: int) -> bool:
        return holds(self.ranges["made", kind], pk)

    def has_purged(self, kind: str, pk: int) -> bool:
        return holds(self.ranges["purged", kind], pk)

    def changes(self, kind: str, pk: int) -> int:
        return self.counts[kind][pk]

    @cached_property
    def ranges(self) -> dict[tuple[str, str], list[ids.Range]]:
        found: dict[tuple[str, str], list[ids.Range]] = defaultdict(list)
        for values in self.told:
            for what in ("made", "purged"):
                for kind, text in values.get(what, {}).items():
                    found[what, kind] += ids.read(text)
        return defaultdict(list, {key: ids.joined(ranges) for key, ranges in found.items()})

    @cached_property
    def counts(self) -> dict[str, Counter[int]]:
        found: dict[str, Counter[int]] = defaultdict(Counter)
        for values in self.told:
            for kind, counted in values.get("changed", {}).items():
                found[kind].update({int(pk): times for pk, times in counted.items()})
        return found


def holds(ranges: list[ids.Range], pk: int) -> bool:
    at = bisect_right(ranges, pk, key=lambda each: each[0])
    return at > 0 and pk <= ranges[at - 1][1]
