"""Who looked at a client, printed it, or was refused: by days, newest first."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import router
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.models import Client, Contact
from kartu.core.actors import Actor
from kartu.core.formats import format_number
from kartu.firm.models import User
from kartu.records.files.about import without_unseen
from kartu.security.models import AuditRow, ViewRow
from kartu.security.models.audit import Verb
from kartu.security.seals import ids

LIMIT = 300
LISTS_LOOKED_THROUGH = 200
# Some 100 ms on an old computer; a firm of ten looks at 200 lists a day.
LISTS_SEEN = 3000
OUTWARD = [Verb.EXPORT, Verb.PRINT, Verb.DOWNLOAD, Verb.REVEAL, Verb.DENIED]


@dataclass
class Look:
    """What one person did to the client on one day: the last time, and how often."""

    who_id: int
    did: str
    icon: str
    last: datetime
    count: int = 0
    addresses: set[str] = field(default_factory=set)
    who: str = ""


def looks_at(client: Client, by: Actor) -> list[tuple[date, list[Look]]]:
    acts = [*views_of(client), *acts_on(client, by), *lists_with(client), *lists_shown(client)]
    acts = sorted(acts, key=lambda act: act[0], reverse=True)[:LIMIT]
    days = [(day, together(some)) for day, some in groupby(acts, key=lambda act: timezone.localdate(act[0]))]
    names = dict(User.objects.filter(pk__in={act[1] for act in acts if act[1]}).values_list("pk", "name"))
    for _day, looks in days:
        for look in looks:
            look.who = names.get(look.who_id, "")
    return days


def views_of(client: Client) -> list[tuple]:
    rows = ViewRow.objects.using(router.db_for_read(ViewRow))
    rows = rows.filter(object_type=Client._meta.label_lower, object_id=client.pk).order_by("-id")[:LIMIT]
    return [(row.at, row.actor_id, _("looked at the card"), "eye", row.address) for row in rows]


def acts_on(client: Client, by: Actor) -> list[tuple]:
    rows = AuditRow.objects.filter(root_type=Client._meta.label_lower, root_id=client.pk, verb__in=OUTWARD)
    icons = {Verb.DENIED: "lock", Verb.PRINT: "printer"}
    return [
        (row.at, row.actor_id, str(Verb(row.verb).label), icons.get(Verb(row.verb), "file-export"), row.address)
        for row in without_unseen(rows, by).order_by("-id")[:LIMIT]
    ]


def lists_with(client: Client) -> list[tuple]:
    """The files and papers of lists on which the client stood, or one of its contacts: their lines name all rows."""
    contacts = {each.pk for each in client.contacts.all()}
    own = {Client._meta.label_lower: {client.pk}, Contact._meta.label_lower: contacts}
    rows = AuditRow.objects.filter(verb__in=[Verb.EXPORT, Verb.PRINT], root_id=None, at__gte=client.created_at)
    found = []
    for row in rows.select_related("payload").order_by("-id")[:LISTS_LOOKED_THROUGH]:
        values = row.payload.values
        if any(holds(values.get("ids", ""), pk) for pk in own.get(values.get("of"), ())):
            told = {"did": Verb(row.verb).label, "rows": format_number(values["rows"])}
            did = _("%(did)s in a list, rows: %(rows)s") % told
            icon = "printer" if row.verb == Verb.PRINT else "file-export"
            found.append((row.at, row.actor_id, did, icon, row.address))
    return found


def lists_shown(client: Client) -> list[tuple]:
    """The looks at lists of clients in which the client stood among the rows shown: of the newest LISTS_SEEN looks."""
    rows = ViewRow.objects.using(router.db_for_read(ViewRow))
    rows = rows.filter(object_type=Client._meta.label_lower, object_id=None, at__gte=client.created_at)
    newest = rows.order_by("-id").values_list("at", "actor_id", "address", "detail")[:LISTS_SEEN]
    return [
        (at, who, _("saw the row in a list"), "list", address)
        for at, who, address, detail in newest
        if isinstance(detail, dict) and holds(detail.get("ids", ""), client.pk)
    ]


def holds(written: str, pk: int) -> bool:
    return any(first <= pk <= last for first, last in ids.read(written)) if written else False


def together(acts: Any) -> list[Look]:
    """The acts of one day, those of one person and kind as one line."""
    looks: dict[tuple, Look] = {}
    for at, who_id, did, icon, address in acts:
        look = looks.setdefault((who_id, did), Look(who_id, did, icon, at))
        look.count += 1
        look.addresses.add(address)
    return list(looks.values())
