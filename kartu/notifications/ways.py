"""By which channels one notice goes to one person."""

from django.db.models import Q

from kartu.firm.models import User
from kartu.notifications.channels import Channel, channels
from kartu.notifications.kinds import Kind
from kartu.notifications.models import Preference


def default_ways(kind: Kind, *, outside: bool = False) -> set[str]:
    """The channels of `kind` where nobody has chosen."""
    is_outside = kind.outside or outside
    usual = (channel for channel in channels if channel.by_default and (is_outside or not channel.is_loud))
    return {channel.key for channel in usual} | {channel.key for channel in channels if channel.always}


def locked_ways(kind: Kind) -> set[str]:
    """The channels of `kind` that nobody can switch off."""
    if not kind.may_silence:
        return default_ways(kind)
    return {channel.key for channel in channels if channel.always}


def ways_to(person: User, kind: Kind, *, outside: bool = False) -> tuple[list[Channel], str]:
    """The channels that tell `person` of `kind`, in their order, and how often what goes outside is collected.

    `outside`: what a kind that is not listed is told by."""
    rows = Preference.objects.filter(Q(person=person) | Q(person=None), kind=kind.key) if kind.key else []
    chosen = min(rows, key=lambda row: row.person_id is None, default=None)
    keys = set(chosen.channels) if chosen else default_ways(kind, outside=outside)
    keys |= locked_ways(kind)
    ways = [channel for channel in channels if channel.key in keys and is_open(channel, person, chosen is not None)]
    return ways, chosen.digest if chosen else ""


def is_open(channel: Channel, person: User, is_chosen: bool) -> bool:
    """Whether a way is worth a try: one that the person never set up is passed over, unless it was chosen by name."""
    return channel.always or is_chosen or channel.is_connected(person)
