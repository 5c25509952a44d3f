"""What one person did on one day, told from morning to evening."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from kartu.core.actors import Actor
from kartu.security.logbook import html as made
from kartu.security.logbook.asked import LOOKS, Asked, Reach
from kartu.security.logbook.pages import Cursor, Reading
from kartu.security.logbook.words import Entry, entries
from kartu.security.models.audit import Verb

MOST = 50


@dataclass
class Deed:
    """One line, or several of the same kind one after the other: `more` are the further ones."""

    entry: Entry
    more: list[Entry] = field(default_factory=list)

    @property
    def entries(self) -> list[Entry]:
        return [self.entry, *self.more]

    @property
    def html(self) -> SafeString:
        return made.deed_at(self.entry, self.more)


@dataclass
class Hour:
    begins: datetime
    deeds: list[Deed] = field(default_factory=list)


@dataclass(frozen=True)
class Story:
    """The last MOST lines before `Cursor`, by hours; `earlier`: where those before them stand. `counts`: (what was
    done, how often) on the whole day, the most frequent first."""

    hours: list[Hour]
    counts: list[tuple[str | Promise, int]]
    earlier: Cursor | None
    shown: int


def asked_of(person_id: int, day: date, reach: Reach) -> Asked:
    return Asked(reach=reach, person=person_id, since=day, until=day)


def story_of(asked: Asked, cursor: Cursor, by: Actor) -> Story:
    reading = Reading(asked)
    found = reading.page(cursor, MOST)
    told = entries(reversed(found.rows), by)
    return Story(by_hours(told), counts_of(reading), found.next, len(found.rows))


def counts_of(reading: Reading) -> list[tuple[str | Promise, int]]:
    counted: Counter[str] = Counter()
    for store in reading.stores:
        counted.update(store.counts())
    labels = {**dict(Verb.choices), **LOOKS}
    return [(labels.get(kind, kind), count) for kind, count in counted.most_common()]


def by_hours(told: Iterable[Entry]) -> list[Hour]:
    hours: list[Hour] = []
    for entry in told:
        begins = timezone.localtime(entry.at).replace(minute=0, second=0, microsecond=0)
        if not hours or hours[-1].begins != begins:
            hours.append(Hour(begins))
        deeds = hours[-1].deeds
        if deeds and is_like(deeds[-1].entry, entry):
            add(deeds[-1], entry)
        else:
            deeds.append(Deed(entry))
    return hours


def add(deed: Deed, entry: Entry) -> None:
    """A record that stands there already is not told again."""
    if all(known.record != entry.record for known in deed.entries):
        deed.more.append(entry)


def is_like(one: Entry, other: Entry) -> bool:
    """Whether they are told in one breath: the same was done to another record, and there is nothing more to it."""
    told = (one.did, one.what, one.address, bool(one.name))
    is_plain = not (one.text or other.text or one.changes or other.changes)
    return is_plain and bool(one.name) and told == (other.did, other.what, other.address, bool(other.name))
