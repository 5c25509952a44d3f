"""The log is sealed, and its seals are told and verified."""

from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.jobs import every, job, progress
from kartu.core.outbox import publish
from kartu.security.events import LogBroken
from kartu.security.rights import VERIFY_LOG
from kartu.security.seals.findings import Outcome
from kartu.security.seals.heads import tell_head
from kartu.security.seals.retaining import drop_old
from kartu.security.seals.sealing import seal_new
from kartu.security.seals.verifying import Anchor, verify_log

MOST_TOLD = 5


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
    """What `Outcome` holds, as JSON. What is broken is told to the owners, whoever has asked."""
    return told(verify_log(Anchor.parse(anchor) if anchor else None, progress))


@every(
    "10 4 * * *",
    name="security.verify_at_night",
    system="Whoever alters the log is to be found out before somebody happens to look",
    atomic=False,
    queue="long",
)
def verify_at_night(*, by: Actor) -> dict[str, Any]:
    """The whole log, each night; what `Outcome` holds."""
    return told(verify_log(None, progress))


@every(
    "50 4 * * *",
    name="security.retain_log",
    system="The log is kept for as many years as the owner has set",
    atomic=False,
    queue="long",
)
def retain(*, by: Actor) -> dict[str, int]:
    """How many rows of each store were dropped; nothing is where the owner has set no years."""
    return drop_old(now=timezone.now(), by=by)


def told(outcome: Outcome) -> dict[str, Any]:
    if not outcome.is_whole:
        first = [asdict(finding) for finding in outcome.findings[:MOST_TOLD]]
        with transaction.atomic():
            publish(LogBroken(count=outcome.count, first=first))
    return asdict(outcome)
