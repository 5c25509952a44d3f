"""Why the program writes to clients: an item of this list for each reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from kartu.clients.models import ClientMessage, OptOut
from kartu.core.registry import Registry

# (way, language) -> (subject, text)
Ready = Mapping[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True)
class MessageKind:
    """`placeholders` may stand in its words, each with what it is replaced by. `ready`: words by way and language.
    `obstacle(message, now)` is asked before every try: in words why it makes no sense any more, or "".
    `failed(message, reason)` is called where it was not sent and never will be. Whoever has opted out of `topic` gets
    none.
    """

    key: str
    label: str | Promise
    placeholders: Mapping[str, str | Promise]
    ready: Ready
    obstacle: Callable[[ClientMessage, datetime], str]
    failed: Callable[[ClientMessage, str], None]
    topic: str = OptOut.Topic.REMINDERS
    icon: str = "bell"


message_kinds: Registry[MessageKind] = Registry(
    "clients.messages", "Why the program writes to clients: a MessageKind with its words and conditions."
)
