"""What people without access have left behind, by the clock."""

from kartu.core.actors import Actor
from kartu.core.jobs import every
from kartu.security.leaving.revoked import end_again


@every(
    "*/5 * * * *",
    name="security.revoke",
    system="What was begun for somebody in the moment in which he lost his access ends too",
)
def revoke(*, by: Actor) -> int:
    """Returns for how many people something had to end."""
    return end_again()
