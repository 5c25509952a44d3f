"""The kinds of records that fields of the firm's own may point at, and what of them may be told to whom."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from kartu.core.about import abouts
from kartu.core.actors import Actor
from kartu.core.registry import Registry
from kartu.security import origin


@dataclass(frozen=True)
class Told:
    """A record that is pointed at: its name, which whoever sees the pointing record may know, and `ends`, the columns
    that say who reaches it."""

    name: str
    ends: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """A kind of record that may be pointed at. `model`: its label, which stands in `core.about` too.

    `rows()`: all of them, opened `as_system`; `name` and `ends` are columns of theirs, and `reaches(by, ends)` says
    whether `by` sees a record with such values. `pick_url()` answers a Picker, `new_url(by)` makes a new one ("": `by`
    may not). `called(text, by)`: ids of those that `by` sees and an imported file means by `text`.
    """

    model: str
    label: str | Promise
    rows: Callable[[], QuerySet]
    ends: tuple[str, ...]
    reaches: Callable[[Actor, dict[str, Any]], bool]
    pick_url: Callable[[], str]
    new_url: Callable[[Actor], str]
    called: Callable[[str, Actor], list[int]]
    name: str = "name"
    order: int = 0

    @property
    def key(self) -> str:
        return self.model

    def reachable(self, by: Actor) -> QuerySet:
        return abouts[self.model].reach(by, False)

    def told(self, ids: Iterable[int]) -> dict[int, Told]:
        """What is known of `ids`; asked for once in a request."""
        return remembered(self.model, ids, self._fetched)

    def _fetched(self, ids: set[int]) -> dict[int, Told]:
        rows = self.rows().filter(pk__in=ids).values_list("pk", self.name, *self.ends)
        return {pk: Told(name, dict(zip(self.ends, ends, strict=True))) for pk, name, *ends in rows}

    def name_of(self, pk: int) -> str:
        told = self.told([pk]).get(pk)
        return told.name if told else ""

    def url_for(self, pk: int, by: Actor) -> str:
        """The page of the record, "" where `by` does not reach it: its name is all he is told."""
        told = self.told([pk]).get(pk)
        return self.page(pk) if told and self.reaches(by, told.ends) else ""

    def page(self, pk: int) -> str:
        return abouts[self.model].url(self.rows().model(pk=pk))

    def look(self, pk: int) -> str:
        look = abouts[self.model].look
        return look(pk) if look else ""


def remembered(model: str, ids: Iterable[int], fetch: Callable[[set[int]], dict[int, Any]]) -> dict[int, Any]:
    """What `fetch` knows of the records `ids` of `model`, of those that are there; asked for once in a request."""
    ids, known = set(ids), memory_of(model)
    if missing := ids - known.keys():
        found = fetch(missing)
        known.update({pk: found.get(pk) for pk in missing})
    return {pk: known[pk] for pk in ids if known[pk] is not None}


def memory_of(model: str) -> dict[int, Any]:
    return origin.current().memory.setdefault(("targets", model), {})


targets: Registry[Target] = Registry(
    "records.custom.targets", "Kinds of records that fields of the firm's own may point at: a Target."
)
