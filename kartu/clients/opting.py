"""Who wants no messages: asked by the address, whosever card it stands on."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext as _

from kartu.clients.models import OptOut
from kartu.core.formats import near_date
from kartu.core.veils import real_of

Topic = OptOut.Topic


def is_out(topic: str = Topic.REMINDERS, value: str = "value") -> models.Subquery:
    """For `annotate` of channels: True where the last word from that address is that it wants nothing of `topic`."""
    rows = OptOut.objects.filter(address=models.OuterRef(value), topic=topic).order_by("-pk")
    return models.Subquery(rows.values("is_out")[:1])


def refusals(addresses: Iterable[str], topic: str = Topic.REMINDERS) -> dict[str, OptOut]:
    """Address -> the word by which it wants no messages of `topic`, where that is its last one."""
    wanted = {str(real_of(address)) for address in addresses}
    rows = OptOut.objects.filter(address__in=wanted, topic=topic).select_related("by").order_by("pk") if wanted else ()
    last = {row.address: row for row in rows}
    return {address: word for address, word in last.items() if word.is_out}


def refusal(address: str, topic: str = Topic.REMINDERS) -> OptOut | None:
    return refusals([address], topic).get(address)


def said(word: OptOut | None) -> str:
    """By which word no messages are wanted, for whoever reads the card."""
    if word is None:
        return ""
    who = f"{word.by.name}: {word.note}" if word.by else word.get_how_display()
    return _("No reminders wanted since %(when)s: %(who)s.") % {"when": near_date(word.at), "who": who}
