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


def last_words(addresses: Iterable[str], topic: str = Topic.REMINDERS) -> dict[str, OptOut]:
    """Address -> the last word from it, where there is one."""
    wanted = {str(real_of(address)) for address in addresses}
    rows = OptOut.objects.filter(address__in=wanted, topic=topic).select_related("by").order_by("pk") if wanted else ()
    return {row.address: row for row in rows}


def refusal(address: str, topic: str = Topic.REMINDERS) -> OptOut | None:
    """The word by which `address` wants no messages of `topic`, if that is its last one."""
    last = last_words([address], topic).get(address)
    return last if last and last.is_out else None


def said(word: OptOut | None) -> str:
    """By which word no messages are wanted, for whoever reads the card."""
    if word is None:
        return ""
    who = f"{word.by.name}: {word.note}" if word.by else word.get_how_display()
    return _("No reminders wanted since %(when)s: %(who)s.") % {"when": near_date(word.at), "who": who}
