"""Who writes to people outside the firm by the letters and SMS of the program: an item of this list for each."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kartu.core.registry import Registry
from kartu.notifications.models import Hop, Letter, SmsMessage

Parcel = Letter | SmsMessage


@dataclass(frozen=True)
class Frame:
    """What stands around the text of a letter: further headers, and below it words with a link (or neither)."""

    headers: dict[str, str] = field(default_factory=dict)
    words: str = ""
    link: str = ""


@dataclass(frozen=True)
class Sender:
    """`obstacle(parcel)` is asked before every try: in words why it may not go any more, "" if nothing stands in the
    way; it raises core.jobs.Retry while it must wait. `frame(letter)` is asked when a letter goes.
    `ended(parcel, reason)` is called in the transaction that settles it: "" where it was sent, else why not.
    """

    key: str
    obstacle: Callable[[Parcel], str]
    frame: Callable[[Letter], Frame]
    ended: Callable[[Parcel, str], None]


senders: Registry[Sender] = Registry(
    "notifications.senders", "Who writes to people outside the firm by letters and SMS of the program: a Sender."
)


def sender_of(parcel: object) -> Sender | None:
    return senders.get(key) if (key := getattr(parcel, "sender", "")) else None


def obstacle_of(parcel: object) -> str:
    sender = sender_of(parcel)
    return sender.obstacle(parcel) if sender else ""


def tell_end(parcel: object, what: Hop.What, reason: str) -> None:
    """Let the sender hear that it was sent, or never will be."""
    if what in Hop.SETTLED and (sender := sender_of(parcel)):
        sender.ended(parcel, "" if what == Hop.What.SENT else reason)
