"""What people are told of: each kind of news, and how it reaches them where nobody has chosen otherwise."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kartu.core.registry import Registry


@dataclass(frozen=True)
class KindGroup:
    """A heading in the table of kinds."""

    key: str
    label: str | Promise
    order: int


IN_CLIENTS = KindGroup("clients", _("Clients"), 10)
IN_WORK = KindGroup("work", _("Work in the firm"), 20)
IN_SAFETY = KindGroup("safety", _("Safety"), 30)
IN_SERVER = KindGroup("server", _("Own server"), 40)
ELSE = KindGroup("else", _("All else"), 90)


@dataclass(frozen=True)
class Kind:
    """One kind of news, under the `kind` that notify() is called with.

    `also`: further kinds of notify() that are one and the same to people. `outside`: told by letter, push and the like
    too. `may_silence`: False keeps the ways of the default switched on, whatever anybody chooses. `is_urgent`: neither
    quiet hours nor a digest holds it back.
    """

    key: str
    label: str | Promise
    group: KindGroup = ELSE
    outside: bool = False
    may_silence: bool = True
    is_urgent: bool = False
    order: int = 0
    also: tuple[str, ...] = ()
    # What happens where nobody looks: (after so many minutes, the key of a channel, NEXT_WAY or HEAD).
    ladder: tuple[tuple[int, str], ...] = ()


# The next way outside that the person has set up and was not told by yet; the head of his team, else the owners.
NEXT_WAY, HEAD = "next", "head"
# For notices that must be acknowledged, of kinds without a ladder of their own.
LADDER = ((15, NEXT_WAY), (30, NEXT_WAY), (60, HEAD))
# They come back so often, at most so many times.
REPEAT_MINUTES, MOST_REPEATS = 10, 6


kinds: Registry[Kind] = Registry("notifications.kinds", "What people are told of: a Kind for each `kind` of notify().")

UNKNOWN = Kind("", _("All else"))


def kind_of(key: str) -> Kind:
    """The kind under which people know the news that notify() calls `key`."""
    return kinds.get(key) or next((kind for kind in kinds if key in kind.also), UNKNOWN)
