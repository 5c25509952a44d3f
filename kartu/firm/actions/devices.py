"""What is done about sign-ins."""

from collections.abc import Iterable

from kartu.core.actors import Actor
from kartu.firm.acts import act, must
from kartu.firm.ending import may_end, sign_out
from kartu.firm.models import Device


@act(why="everybody ends what is his own; for a colleague's the right is asked of each")
def end(*, devices: Iterable[Device], by: Actor) -> int:
    """Sign these browsers out at once; how many there were."""
    devices = list(devices)
    for device in devices:
        must(may_end(device.person, by), f"the sign-in {device.fingerprint} of {device.person_id}")
    sign_out(devices, by)
    return len(devices)
