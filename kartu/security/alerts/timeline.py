"""What a person did around an alert: acts and looks together, newest first, records named as the reader sees them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import router
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kartu.core.about import abouts
from kartu.core.actors import Actor
from kartu.security.models.alert import Alert
from kartu.security.models.audit import AuditRow, Verb
from kartu.security.models.view import ViewRow

MOST = 300
AROUND = timedelta(minutes=10)
LOOKS = {
    ViewRow.CARD: (_("opened"), "eye"),
    ViewRow.LIST: (_("looked through a list"), "list"),
    ViewRow.SEARCH: (_("searched"), "search"),
    "page": (_("opened a page"), "eye"),
}
ICONS = {
    Verb.EXPORT: "file-export",
    Verb.PRINT: "printer",
    Verb.DOWNLOAD: "download",
    Verb.DENIED: "lock",
    Verb.SIGN_IN_FAILED: "lock",
    Verb.TRASH: "trash",
    Verb.PURGE: "trash",
}


@dataclass
class Doing:
    """One line: `name` and `url` of the record, or what was asked of a list."""

    at: datetime
    did: str | Promise
    icon: str
    record: tuple[str, int | None]
    text: str = ""
    address: str = ""
    session: str = ""
    name: str = ""
    url: str = ""


def timeline(alert: Alert, by: Actor) -> tuple[list[Doing], bool]:
    """The doings of the alert's person from shortly before it began until shortly after it ended, the newest MOST of
    each log; and whether there are more."""
    between = {"actor_id": alert.subject, "at__gte": alert.since - AROUND, "at__lte": alert.last_at + AROUND}
    acts = list(AuditRow.objects.filter(**between).select_related("payload").order_by("-id")[: MOST + 1])
    looks = ViewRow.objects.using(router.db_for_read(ViewRow)).filter(**between).order_by("-id")[: MOST + 1]
    looks = list(looks)
    doings = [*(of_act(row) for row in acts[:MOST]), *(of_look(row) for row in looks[:MOST])]
    name_all(doings, by)
    return sorted(doings, key=lambda doing: doing.at, reverse=True), max(len(acts), len(looks)) > MOST


def of_act(row: AuditRow) -> Doing:
    values = row.payload.values if hasattr(row, "payload") else {}
    record = (row.root_type, row.root_id) if row.root_type else (row.object_type, row.object_id)
    rows = values.get("rows")
    asked = " · ".join(str(part) for part in (values.get("said") or values.get("name") or "", rows or "") if part)
    return Doing(row.at, Verb(row.verb).label, ICONS.get(row.verb, "pencil"), record, asked, row.address, row.session)


def of_look(row: ViewRow) -> Doing:
    did, icon = LOOKS.get(row.kind, (row.kind, "eye"))
    asked = row.detail.get("text") or row.detail.get("query") or row.detail.get("shown") or ""
    return Doing(row.at, did, icon, (row.object_type, row.object_id), str(asked), row.address, row.session)


def name_all(doings: Iterable[Doing], by: Actor) -> None:
    """Give each its record's name and page, one query a kind of record."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for doing in doings:
        if doing.record[1]:
            wanted[doing.record[0]].add(doing.record[1])
    names = {(model, pk): told for model, pks in wanted.items() for pk, told in named(model, pks, by).items()}
    for doing in doings:
        model, pk = doing.record
        doing.name, doing.url = names.get((model, pk), (f"№ {pk}" if pk else "", ""))


def named(model: str, pks: set[int], by: Actor) -> dict[int, tuple[str, str]]:
    """Id -> (name, page) of the records that `by` sees."""
    about = abouts.get(model)
    if about is None:
        return {}
    return {record.pk: (str(record), about.url(record)) for record in about.reach(by, False).filter(pk__in=pks)}


def things_named(alert: Alert, by: Actor) -> list[tuple[str, str]]:
    """(name, page) of the things that were counted."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for thing in alert.evidence.get("things", []):
        model, _blank, pk = str(thing).rpartition(" ")
        if pk.isdecimal():
            wanted[model].add(int(pk))
    return sorted(told for model, pks in wanted.items() for told in named(model, pks, by).values())
