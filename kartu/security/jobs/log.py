"""The log is sealed, and its seals are told and verified."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.jobs import every, job, progress
from kartu.security.rights import VERIFY_LOG
from kartu.security.seals.heads import tell_head
from kartu.security.seals.sealing import seal_new
from kartu.security.seals.verifying import Anchor, verify_log


@every("* * * * *", name="security.seal", system="Whoever alters the log afterwards is to be found out", atomic=False)
def seal(*, by: Actor) -> int:
    """Returns how many rows were sealed."""
    return seal_new()


@every(
    "40 7 * * *",
    name="security.tell_head",
    system="The owners keep outside of the program what the log must lead to",
    atomic=False,
)
def tell_head_of_log(*, by: Actor) -> None:
    seal_new()
    tell_head()


@job(right=VERIFY_LOG, label=_("Verifying the log"), queue="long", atomic=False)
def verify(*, by: Actor, anchor: str = "") -> dict[str, Any]:
    """What `Outcome` holds, as JSON."""
    return asdict(verify_log(Anchor.parse(anchor) if anchor else None, progress))
