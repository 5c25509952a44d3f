"""The look at the log: what is new is counted, and who goes beyond a limit raises an alert, one a rule, person and day.

Two workers may look at once: whoever holds the rows of LogPosition counts, and a row of the log is counted in the
transaction that moves the position behind it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from kartu.core.actors import System
from kartu.core.jobs import chunk
from kartu.core.outbox import publish
from kartu.firm.middleware import zone_of
from kartu.firm.models import Firm, User
from kartu.security import audit
from kartu.security.alerts.counting import Counts, count
from kartu.security.alerts.off_hours import OffHours
from kartu.security.alerts.reading import MOST, SOURCES, Source, move_on, taken_away
from kartu.security.alerts.rules import GAP, Rule, Seen, alert_rules
from kartu.security.events import AlertRaised
from kartu.security.models.alert import Alert, AlertSettings, LogPosition, Policy, Tally
from kartu.security.models.audit import Verb
from kartu.security.models.notice import NoticePeriod

MOST_EVIDENCE = 500
# Limits are divided by this for whoever is leaving.
TIGHTER = 3
TALLIES_KEPT = timedelta(days=3)
WATCH = System("The log is watched for those who go beyond a limit")


def look(now: datetime | None = None) -> int:
    """Count all that is new in the logs; how many rows that were. Commits by itself, some rows at a time."""
    now = now or timezone.now()
    counted = 0
    for source in SOURCES:
        try:
            while read := look_at_some(source, now):
                counted += read
                if read < MOST:
                    break
        except DatabaseError as broken:
            # What cannot be read is told like what is missing, and tried again at the next look.
            with transaction.atomic():
                Look(now).missing(source, {"error": str(broken)[:200]})
    return counted


def look_at_some(source: Source, now: datetime) -> int:
    """One transaction: at most MOST rows, their counters and alerts; how many rows."""
    position = begun(source)
    gone = taken_away(source, position)
    if not gone and not source.new(position, most=1):
        return 0
    with chunk():
        # In one order, so that two workers wait for each other and both know what the first has counted.
        held = {row.source: row for row in LogPosition.objects.select_for_update().order_by("source")}
        position, looking = held[source.key], Look(now)
        gone = taken_away(source, position)
        rows = source.new(position)
        looking.take(rows)
        gone += move_on(source, position, [seen.number for seen in rows], now)
        if gone:
            looking.missing(source, {"missing": gone, "up to": position.last_id})
        position.save()
    return len(rows)


def begun(source: Source) -> LogPosition:
    """Where `source` has been read to. The first look begins at its end: what was before is no news."""
    if found := LogPosition.objects.filter(source=source.key).first():
        return found
    fresh = {"last_id": source.last()}
    position, is_new = LogPosition.objects.get_or_create(source=source.key, defaults=fresh)
    if is_new:
        move_on(source, position, [], timezone.now())
        position.save()
    return position


class Look:
    """What one look knows: the owner's settings as they are now."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.settings = AlertSettings.current()

    @cached_property
    def rules(self) -> list[Rule]:
        return [rule for rule in alert_rules if self.settings.policy_of(rule.key) != Policy.OFF]

    def take(self, rows: Iterable[Seen]) -> None:
        """Count `rows`, and raise or draw out the alerts that they make."""
        rows = list(rows)
        people = {seen.person_id for seen in rows}
        counts, off_hours = Counts.of(people), OffHours(self.settings, people, (seen.at for seen in rows))
        beyond: dict[tuple[Rule, int, date], tuple[int, datetime]] = {}
        for seen in rows:
            if seen.person_id < 0:
                continue
            local = counts.local(seen)
            tally = counts.tally(seen.person_id, local.date(), self.rules)
            seen = replace(seen, is_off_hours=off_hours.hold(seen.person_id, local))
            for rule in self.rules:
                if (counted := count(tally, rule, seen)) > self.limit(rule, tally.person_id):
                    key = (rule, tally.person_id, tally.day)
                    beyond[key] = (max(counted, beyond.get(key, (0, None))[0]), seen.at)
        counts.save()
        for (rule, person_id, day), (counted, at) in beyond.items():
            counter = counts.tallies[person_id, day].counts[rule.key]
            self.raise_or_draw_out(rule, person_id, day, counted, at, counter)

    @cached_property
    def leaving(self) -> set[int]:
        return set(NoticePeriod.open().values_list("person_id", flat=True))

    def limit(self, rule: Rule, person_id: int) -> int:
        """Tighter for whoever is leaving."""
        limit = self.settings.limit_of(rule.key, rule.limit)
        return max(1, limit // TIGHTER) if person_id in self.leaving else limit

    def raise_or_draw_out(
        self, rule: Rule, person_id: int, day: date, counted: int, at: datetime, counter: dict[str, Any]
    ) -> None:
        since = datetime.fromtimestamp(counter["since"], tz=at.tzinfo)
        evidence = {
            "things": list(counter["at"])[:MOST_EVIDENCE],
            "sessions": counter["sessions"],
            "addresses": counter["addresses"],
        }
        alert = Alert.objects.filter(rule=rule.key, subject=person_id, day=day).first()
        if alert is None:
            raise_alert(
                Alert(
                    rule=rule.key,
                    subject=person_id,
                    person=User.objects.filter(pk=person_id).first(),
                    day=day,
                    count=counted,
                    limit=self.limit(rule, person_id),
                    since=since,
                    last_at=at,
                    raised_at=self.now,
                    evidence=evidence,
                    policy=self.settings.policy_of(rule.key),
                )
            )
            return
        things = dict.fromkeys([*alert.evidence.get("things", []), *evidence["things"]])
        alert.evidence = {**evidence, "things": list(things)[:MOST_EVIDENCE]}
        alert.count, alert.last_at = max(alert.count, counted), max(alert.last_at, at)
        alert.save(update_fields=["evidence", "count", "last_at"])

    def missing(self, source: Source, told: dict[str, Any]) -> None:
        """Rows of the log are not there, or it cannot be read: one alert a day, about nobody."""
        rule = alert_rules[GAP]
        if rule not in self.rules:
            return
        firm = Firm.current()
        day = self.now.astimezone(zone_of(firm.time_zone if firm else "UTC")).date()
        found = Alert.objects.filter(rule=rule.key, subject=0, day=day).first()
        missing = told.get("missing", 1)
        if found is None:
            fields = {"day": day, "since": self.now, "last_at": self.now, "raised_at": self.now, "limit": 0}
            raise_alert(Alert(rule=rule.key, count=missing, evidence={"log": {source.key: told}}, **fields))
            return
        found.count, found.last_at = found.count + missing, self.now
        found.evidence = {"log": {**found.evidence.get("log", {}), source.key: told}}
        found.save(update_fields=["count", "last_at", "evidence"])


def raise_alert(alert: Alert) -> None:
    """Keep a new alert, with its line in the log; whoever is to be told hears of it by the event."""
    alert.save(force_insert=True)
    values = {"rule": alert.rule, "person": alert.person_id, "count": alert.count, "limit": alert.limit}
    audit.record(Verb.CREATE, alert, by=WATCH, values={"after": values})
    publish(AlertRaised(alert.pk))


def forget_tallies(today: date) -> int:
    """Counters of days that are over; how many."""
    return Tally.objects.filter(day__lt=today - TALLIES_KEPT).delete()[0]
