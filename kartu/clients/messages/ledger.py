"""What became of messages to clients, as the card, the task and programs tell it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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
    """`rows`, which `by` sees, each with where it stands. Two queries."""
    messages = list(rows.select_related("letter", "sms"))
    last = last_hops(messages)
    return [told_of(message, last[message.parcel], by) for message in messages if message.parcel in last]


def last_hops(messages: Iterable[ClientMessage]) -> dict[object, Hop]:
    """Letter or SMS -> its last step."""
    by_letter = {message.letter_id: message.letter for message in messages if message.letter_id}
    by_sms = {message.sms_id: message.sms for message in messages if message.sms_id}
    hops = Hop.objects.filter(letter__in=by_letter) | Hop.objects.filter(sms__in=by_sms)
    found = {}
    for hop in hops.order_by("pk") if by_letter or by_sms else ():
        found[by_letter[hop.letter_id] if hop.letter_id else by_sms[hop.sms_id]] = hop
    return found


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
