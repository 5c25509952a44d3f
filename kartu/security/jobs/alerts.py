"""The watching of the log goes on by the clock."""

from django.utils import timezone

from kartu.core.actors import Actor
from kartu.core.jobs import every
from kartu.security.alerts import watching


# Three times a minute, so that a crossing is told within 60 seconds also when one look comes late.
@every(
    "* * * * *",
    name="security.watch",
    system="The log is watched, so that the owner hears early of who takes much",
    seconds=(0, 20, 40),
    atomic=False,
    priority=50,
)
def watch(*, by: Actor) -> int:
    """Returns how many rows of the log were new."""
    return watching.look()


@every("27 3 * * *", name="security.forget_tallies", system="Counters of days that are over are of no use")
def forget_tallies(*, by: Actor) -> int:
    return watching.forget_tallies(timezone.localdate())
