"""What became of messages to clients, as the card, the task and programs tell it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from kartu.clients.contact_details import reads, veiled
from kartu.clients.messages.kinds import message_kinds
from kartu.clients.models import ClientMessage
from kartu.core.actors import Actor
from kartu.notifications.channels import LABELS
from kartu.notifications.models import Hop
from kartu.security.rows import GuardedQuerySet

What = Hop.What


@dataclass(frozen=True)
class Told:
    """A message with its last step. `address` is veiled where the reader may not read such ones, and so is the text,
    which is not told where the address is not."""

    message: ClientMessage
    what: str
    what_label: str
    at: datetime
    reason: str
    way: str
    address: str
    text: str
    label: str

    @property
    def is_sent(self) -> bool:
        return self.what == What.SENT

    @property
    def is_failed(self) -> bool:
        return self.what == What.FAILED


def told(rows: GuardedQuerySet, by: Actor) -> list[Told]:
    """`rows`, which `by` sees, each with where it stands. One query: the card asks it."""
    messages = rows.select_related("letter", "sms").annotate(last_hop=LAST_HOP)
    return [told_of(message, hop_of(message.last_hop), by) for message in messages if message.last_hop]


# The last step of its letter or SMS; of the two a message has one.
LAST_HOP = Subquery(
    Hop.objects.filter(Q(letter=OuterRef("letter")) | Q(sms=OuterRef("sms")))
    .order_by("-pk")
    .values(told=JSONObject(what="what", at="at", reason="reason", channel="channel"))[:1]
)


def hop_of(told: dict[str, str]) -> Hop:
    """A step as JSON tells it; SQLite leaves the zone out, which is UTC."""
    at = parse_datetime(told["at"])
    return Hop(**told | {"at": at if at.tzinfo else at.replace(tzinfo=UTC)})


def told_of(message: ClientMessage, hop: Hop, by: Actor) -> Told:
    kind = message_kinds.get(message.kind)
    return Told(
        message=message,
        what=hop.what,
        what_label=str(hop.get_what_display()),
        at=hop.at,
        reason=hop.reason,
        way=str(LABELS[hop.channel]),
        address=veiled(message.address, by),
        text=message.parcel.text if reads(message.address, by) else "",
        label=str(kind.label) if kind else message.kind,
    )
