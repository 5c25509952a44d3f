"""The end of a sign-in: the next request of that browser finds the door."""

from collections.abc import Iterable

from kartu.core import live
from kartu.core.actors import Actor
from kartu.firm.acts import is_owner, tell
from kartu.firm.models import Device, User
from kartu.firm.rights import DEVICES, ROLES


def may_end(person: User, by: Actor) -> bool:
    """Everybody his own; with the right a colleague's, but an owner is shown out by owners only."""
    return by.pk == person.pk or (by.may(DEVICES) and (is_owner(by) or not person.role.scope(ROLES)))


def sign_out(devices: Iterable[Device], by: Actor) -> None:
    """Within an act that has asked for the right. Each leaves its line; open pages stop hearing of news at once."""
    for device in devices:
        ended = {"name": str(device), "address": device.address, "session": device.fingerprint}
        tell("sign_out", device.person, by=by, values=ended)
        device.delete()
        live.send(live.LOOK_AGAIN, {}, to=[device.person_id])
