"""What a person did around an alert: acts and looks together, newest first, records named as the reader sees them."""

from collections import defaultdict
from datetime import timedelta

from django.db import router

from kartu.core.actors import Actor
from kartu.security.logbook.words import Entry, entries, named
from kartu.security.models.alert import Alert
from kartu.security.models.audit import AuditRow
from kartu.security.models.view import ViewRow

MOST = 300
AROUND = timedelta(minutes=10)


def timeline(alert: Alert, by: Actor) -> tuple[list[Entry], bool]:
    """The doings of the alert's person in words, the newest first; and whether there are more."""
    rows, are_more = rows_around(alert, MOST)
    return entries(rows, by), are_more


def rows_around(alert: Alert, most: int) -> tuple[list[AuditRow | ViewRow], bool]:
    """What the alert's person did from shortly before it began until shortly after it ended, the newest `most` of each
    log (acts with their payloads); and whether there are more."""
    if not alert.subject:
        return [], False
    between = {"actor_id": alert.subject, "at__gte": alert.since - AROUND, "at__lte": alert.last_at + AROUND}
    acts = list(AuditRow.objects.filter(**between).select_related("payload").order_by("-id")[: most + 1])
    looks = ViewRow.objects.using(router.db_for_read(ViewRow)).filter(**between).order_by("-id")[: most + 1]
    looks = list(looks)
    rows = sorted([*acts[:most], *looks[:most]], key=lambda row: row.at, reverse=True)
    return rows, max(len(acts), len(looks)) > most


def things_named(alert: Alert, by: Actor) -> list[tuple[str, str]]:
    """(name, page) of the things that were counted."""
    wanted = things_of(alert)
    return sorted(told for model, pks in wanted.items() for told in named(model, pks, by).values())


def things_of(alert: Alert) -> dict[str, set[int]]:
    """Kind of record -> the ids that were counted."""
    found: dict[str, set[int]] = defaultdict(set)
    for thing in alert.evidence.get("things", []):
        model, _blank, pk = str(thing).rpartition(" ")
        if pk.isdecimal():
            found[model].add(int(pk))
    return found
