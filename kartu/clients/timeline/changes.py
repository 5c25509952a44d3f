"""Changes of a client in its history, for those who may see who changed what."""

from collections.abc import Iterator

from kartu.clients.card import SHOWN_CHANGES
from kartu.clients.history import lines_of
from kartu.clients.models import Client
from kartu.clients.timeline.entries import Cursor, Entry
from kartu.core.actors import Actor
from kartu.security.models.audit import AuditRow, Verb

ORDER = 10
ICONS = {
    Verb.CREATE: "circle-plus",
    Verb.CHANGE: "pencil",
    Verb.TRASH: "trash",
    Verb.RESTORE: "arrow-back-up",
}


def entries(client: Client, by: Actor, before: Cursor | None, limit: int, *, kind: str = "") -> Iterator[Entry]:
    rows = AuditRow.objects.filter(root_type="clients.client", root_id=client.pk, **SHOWN_CHANGES)
    if before:
        rows = rows.filter(before.behind(ORDER))
    found = list(rows.select_related("payload").order_by("-id")[:limit])
    known = {("clients.contact", contact.pk): contact.name for contact in client.contacts.all()}
    for line in lines_of(found, known):
        place = Cursor(line.at, ORDER, line.number)
        yield Entry(place, ICONS[Verb(line.verb)], "clients/timeline/change.html", {"line": line})


def count(client: Client, by: Actor) -> int:
    return client.change_count
