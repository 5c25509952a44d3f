"""Retention: looks older than the firm keeps them are dropped by whole seals, whose heads stay in the chain."""

from datetime import datetime

from django.db import router, transaction

from kartu.core.actors import Actor
from kartu.security import audit, triggers
from kartu.security.actions import action
from kartu.security.models import AuditPayload, Seal, ViewRow
from kartu.security.models.audit import Verb
from kartu.security.rights import ERASE_LOG
from kartu.security.seals import ids

STORE = "views"


def drop_views(*, before: datetime, by: Actor) -> int:
    """Drop the looks under all seals that are older than `before`; how many rows went.

    Acts stay: others undo by them, and `kartu check` proves the data by them. A run that was cut short is finished by
    the next one.
    """
    up_to = last_before(before)
    if up_to > dropped_up_to():
        mark_dropped(up_to=up_to, before=before, by=by)
    seals = Seal.objects.filter(store=STORE, number__lte=up_to).order_by("number")
    return sum(drop(ids.read(members)) for members in seals.values_list("members", flat=True).iterator(100))


def last_before(moment: datetime) -> int:
    """The number of the last seal in front of the first one that is to be kept."""
    seals = Seal.objects.filter(store=STORE).values_list("number", flat=True)
    kept = seals.filter(at__gte=moment).order_by("number").first()
    old = seals.filter(number__lt=kept) if kept else seals
    return old.order_by("-number").first() or 0


@action(ERASE_LOG)
def mark_dropped(*, up_to: int, before: datetime, by: Actor) -> None:
    """Committed before the first row goes: a verification accepts that rows under these seals are missing."""
    audit.record(Verb.ERASE, by=by, values={"store": STORE, "up_to": up_to, "before": before.isoformat()})


def dropped_up_to() -> int:
    """The number of the last seal whose rows may be gone."""
    told = AuditPayload.objects.filter(row__verb=Verb.ERASE, row__object_type="").values_list("values", flat=True)
    return max((values.get("up_to", 0) for values in told), default=0)


def drop(members: list[ids.Range]) -> int:
    """The rows of one seal, in one short transaction in which the ledger can be deleted from."""
    using, (first, last) = router.db_for_write(ViewRow), (members[0][0], members[-1][1])
    if not ViewRow.objects.filter(pk__range=(first, last)).exists():
        return 0
    with transaction.atomic(using=using), triggers.lifted(ViewRow, "DELETE"):
        ranges = [ViewRow.objects.using(using).filter(pk__range=each) for each in members]
        return sum(rows._raw_delete(using) for rows in ranges)
