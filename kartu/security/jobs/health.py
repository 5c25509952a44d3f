"""The health of the computer and the data is looked at by the clock."""

import time

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.jobs import every, job, progress
from kartu.security.health import look
from kartu.security.health.lines import BAD
from kartu.security.invariants import invariants
from kartu.security.invariants.registry import ask
from kartu.security.models import DataCheck
from kartu.security.signals import health_told

KEPT = 60


@every("7,22,37,52 * * * *", name="security.health", system="The owner hears of trouble before it costs data")
def look_at_health(*, by: Actor) -> list[str]:
    """Returns the keys of the red lines. Whoever can reach people tells them, once a day for each line."""
    red = [shown for shown in look() if shown.reading.tone == BAD]
    for shown in red:
        health_told.send(sender=None, key=shown.line.key, label=shown.line.label, todo=shown.reading.todo)
    return [shown.line.key for shown in red]


@job(
    system="What must always hold of the data is verified",
    label=_("Checking the data"),
    queue="long",
    atomic=False,
    max_attempts=3,
)
def check_data(*, by: Actor) -> int:
    """All of `kartu check`, beside people at work; returns how many checks found something broken."""
    began = time.monotonic()
    everything, broken = list(invariants), {}
    for number, invariant in enumerate(everything):
        progress(number, len(everything))
        finding = ask(invariant)
        if not finding.is_well:
            broken[invariant.key] = finding.broken[:3]
    with transaction.atomic():
        took = round(time.monotonic() - began)
        DataCheck.objects.create(asked=len(everything), broken=broken, seconds=took)
        old = DataCheck.objects.order_by("-pk").values_list("pk", flat=True)[KEPT:]
        DataCheck.objects.filter(pk__in=list(old)).delete()
    return len(broken)


@every("20 4 * * 0", name="security.check", system="Broken data are found while there is a backup without them")
def check_each_week(*, by: Actor) -> None:
    check_data.later(dedupe="security.check")
