"""The history of a card: entries of all sources in one order, a page at a time, by days."""

import heapq
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice

from django.utils import timezone
from django.utils.safestring import SafeString

from kartu.clients.models import Client
from kartu.clients.registries import TimelineSource, timeline
from kartu.clients.timeline.entries import Cursor, Entry
from kartu.clients.timeline.html import days_html
from kartu.core.actors import Actor

PAGE = 20


@dataclass(frozen=True)
class Page:
    """Entries by days, newest first; `older` is where the next page begins, None at the end."""

    days: list[tuple[date, list[Entry]]]
    older: Cursor | None

    def __bool__(self) -> bool:
        return bool(self.days)

    @property
    def html(self) -> SafeString:
        return days_html(self.days)


def read(client: Client, by: Actor, *, kind: str = "", before: Cursor | None = None, limit: int = PAGE) -> Page:
    """A page of the history of `client` that `by` may see, older than `before`; `kind` keeps one kind of entries."""
    streams = [
        source.entries(client, by, before, limit + 1, kind=kind) for source in sources(by) if has_kind(source, kind)
    ]
    merged = heapq.merge(*streams, key=lambda entry: entry.place, reverse=True)
    entries = list(islice(merged, limit + 1))
    shown = entries[:limit]
    days = [(day, list(some)) for day, some in groupby(shown, key=lambda entry: timezone.localdate(entry.at))]
    return Page(days, shown[-1].place if len(entries) > limit else None)


def sources(by: Actor) -> list[TimelineSource]:
    return [source for source in timeline if not source.right or by.may(source.right)]


def count(client: Client, by: Actor) -> int:
    """How many entries the whole history has that `by` may see."""
    return sum(source.count(client, by) for source in sources(by) if source.count)


def has_kind(source: TimelineSource, kind: str) -> bool:
    return not kind or kind in dict(source.choices())


def kinds(by: Actor) -> list[tuple[str, str]]:
    """What the history can be narrowed to: (key, label)."""
    return [(key, str(label)) for source in sources(by) for key, label in source.choices()]
