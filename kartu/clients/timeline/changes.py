"""Changes of a client in its history, for those who may see who changed what."""

from collections.abc import Iterator

from django.db.models import QuerySet

from kartu.clients.card import SHOWN_CHANGES
from kartu.clients.history import lines_of
from kartu.clients.models import Client
from kartu.clients.timeline.entries import Cursor, Entry
from kartu.clients.timeline.html import line_html
from kartu.core.actors import Actor
from kartu.security.models.audit import AuditRow, Verb
from kartu.security.prepared import instances, place

ORDER = 10
ICONS = {
    Verb.CREATE: "circle-plus",
    Verb.CHANGE: "pencil",
    Verb.TRASH: "trash",
    Verb.RESTORE: "arrow-back-up",
    Verb.MERGE: "arrows-join-2",
    Verb.PART: "arrows-split-2",
}


def entries(client: Client, by: Actor, before: Cursor | None, limit: int, *, kind: str = "") -> Iterator[Entry]:
    if before:
        found = list(changes_of(client.pk).filter(before.behind(ORDER))[:limit])
    else:
        found = instances(("changes of a client", limit), lambda: changes_of(place(0))[:limit], [client.pk])
    known = {("clients.contact", contact.pk): contact.name for contact in client.contacts.all()}
    for line in lines_of(found, by, known):
        at = Cursor(line.at, ORDER, line.number)
        yield Entry(at, ICONS[Verb(line.verb)], line_html(line))


def changes_of(pk: int) -> QuerySet[AuditRow]:
    rows = AuditRow.objects.filter(root_type="clients.client", root_id=pk, **SHOWN_CHANGES)
    return rows.select_related("payload").order_by("-id")


def count(client: Client, by: Actor) -> int:
    return client.change_count
