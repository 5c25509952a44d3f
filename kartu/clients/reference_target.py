"""Clients as what fields of the firm's own may point at."""

import re
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kartu.clients.card import Ends
from kartu.clients.models import Client
from kartu.clients.rights import CREATE, reaches
from kartu.core.actors import Actor
from kartu.core.text import sort_key
from kartu.records.custom.targets import Target
from kartu.security.rows import GuardedQuerySet

WHY = "the name alone of a client that a visible record points at"
ENDS = ("id", "responsible_id", "team_id")
NUMBER = re.compile(r"#?\s*(\d{1,18})")


def rows() -> GuardedQuerySet:
    return Client.objects.as_system(WHY)


def reached(by: Actor, ends: dict[str, Any]) -> bool:
    """As a relation leads to its other client: not to one in the trash, nor to one out of reach."""
    return not ends["trashed_at"] and (by.is_system or reaches(by, Ends(*(ends[name] for name in ENDS))))


def called(text: str, by: Actor) -> list[int]:
    """The clients that are called so; by number ("#17") the one."""
    seen = Client.objects.visible_to(by)
    if number := NUMBER.fullmatch(text.strip()):
        return list(seen.filter(pk=int(number[1])).values_list("pk", flat=True))
    return list(seen.filter(name_key=sort_key(text)[:320]).order_by("pk").values_list("pk", flat=True)[:2])


CLIENTS = Target(
    model=Client._meta.label_lower,
    label=_("Client"),
    rows=rows,
    ends=(*ENDS, "trashed_at"),
    reaches=reached,
    pick_url=lambda: reverse("clients:pick"),
    new_url=lambda by: reverse("clients:new") if by.may(CREATE) else "",
    called=called,
    order=10,
)
