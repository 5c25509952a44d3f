"""Who looked at a client, printed it, or was refused: by days, newest first."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import router
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.models import Client
from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.records.files.about import without_unseen
from kartu.security.models import AuditRow, ViewRow
from kartu.security.models.audit import Verb

LIMIT = 300
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
    acts = sorted([*views_of(client), *acts_on(client, by)], key=lambda act: act[0], reverse=True)[:LIMIT]
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


def together(acts: Any) -> list[Look]:
    """The acts of one day, those of one person and kind as one line."""
    looks: dict[tuple, Look] = {}
    for at, who_id, did, icon, address in acts:
        look = looks.setdefault((who_id, did), Look(who_id, did, icon, at))
        look.count += 1
        look.addresses.add(address)
    return list(looks.values())
