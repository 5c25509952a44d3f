"""Counters by person and day.

Each rule has its own: {"n", "at": {thing: seconds}, "since": seconds, "sessions", "addresses"}.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from kartu.firm.middleware import zone_of
from kartu.firm.models import User
from kartu.security.alerts.rules import Rule, Seen
from kartu.security.models.alert import Tally

# Beyond that further things are counted without being named: a program may open a whole base in a day.
MOST_THINGS = 3000
MOST_PLACES = 20


@dataclass
class Counts:
    """The tallies of the people who come up in one reading, fetched once and saved once."""

    zones: dict[int, ZoneInfo]
    tallies: dict[tuple[int, date], Tally] = field(default_factory=dict)

    @classmethod
    def of(cls, people: set[int]) -> "Counts":
        zones = User.objects.filter(pk__in=people).values_list("pk", "time_zone")
        return cls({pk: zone_of(zone) for pk, zone in zones})

    @cached_property
    def default_zone(self) -> ZoneInfo:
        return zone_of("UTC")

    def local(self, seen: Seen) -> datetime:
        return seen.at.astimezone(self.zones.get(seen.person_id, self.default_zone))

    def tally(self, person_id: int, day: date, rules: list[Rule]) -> Tally:
        key = (person_id, day)
        if key not in self.tallies:
            found = Tally.objects.filter(person_id=person_id, day=day).first()
            self.tallies[key] = found or self.begun(person_id, day, rules)
        return self.tallies[key]

    def begun(self, person_id: int, day: date, rules: list[Rule]) -> Tally:
        """A new day; what is counted in a window goes on over midnight."""
        yesterday = (person_id, day - timedelta(days=1))
        before = self.tallies.get(yesterday) or Tally.objects.filter(person_id=person_id, day=yesterday[1]).first()
        counts = before.counts if before else {}
        kept = {rule.key: deepcopy(counts[rule.key]) for rule in rules if rule.window and rule.key in counts}
        return Tally(person_id=person_id, day=day, counts=kept)

    def save(self) -> None:
        for tally in self.tallies.values():
            tally.save()


def count(tally: Tally, rule: Rule, seen: Seen) -> int:
    """Count `seen` in; how much there is by the rule now, 0 where it does not count by it."""
    thing = rule.thing(seen) if rule.thing else ""
    amount = rule.amount(seen) if rule.amount else int(bool(thing))
    if not amount:
        return 0
    moment = seen.at.timestamp()
    counter = tally.counts.setdefault(rule.key, {"n": 0, "at": {}, "since": moment, "sessions": [], "addresses": []})
    note_place(counter["sessions"], seen.session)
    note_place(counter["addresses"], seen.address)
    if rule.thing is None:
        counter["n"] += amount
    else:
        count_thing(counter, thing, moment, rule.window)
    return counter["n"]


def note_place(places: list[str], place: str) -> None:
    if place and place not in places and len(places) < MOST_PLACES:
        places.append(place)


def count_thing(counter: dict[str, Any], thing: str, moment: float, window: timedelta | None) -> None:
    at = counter["at"]
    if window:
        count_in_window(counter, thing, moment, window.total_seconds())
    elif thing not in at:
        counter["n"] += 1
        if len(at) < MOST_THINGS:
            at[thing] = moment


def count_in_window(counter: dict[str, Any], thing: str, moment: float, seconds: float) -> None:
    """The newest thing stands last, so that those that leave the window stand first."""
    at = counter["at"]
    newest = counter["newest"] = max(moment, counter.get("newest", moment))
    if moment <= newest - seconds:
        return  # it came late, and its time is over
    at.pop(thing, None)
    at[thing] = moment
    for other in list(at):
        if len(at) <= MOST_THINGS and at[other] > newest - seconds:
            break
        del at[other]
    counter["n"], counter["since"] = len(at), next(iter(at.values()))
