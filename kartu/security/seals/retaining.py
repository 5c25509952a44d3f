"""Retention: what is older than the firm keeps it is dropped by whole seals, whose heads stay in the chain."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, router, transaction

from kartu.core.actors import Actor
from kartu.firm.acts import act, telling
from kartu.firm.models import User
from kartu.security import audit, triggers
from kartu.security.actions import action
from kartu.security.models import AuditPayload, AuditRow, LogPosition, LogRetention, Seal, ViewRow
from kartu.security.models.audit import Verb
from kartu.security.rights import ERASE_LOG
from kartu.security.seals import archive, ids
from kartu.security.seals.dropped import dropped_up_to, summary_of

# Acts that go in one transaction with the line that tells it, at least; a seal is never divided.
PORTION = 1000
YEAR = timedelta(days=365.25)


@act(ERASE_LOG)
def set_retention(*, retention: LogRetention, by: User) -> None:
    """Keep the owner's years."""
    retention.pk = 1
    with telling(retention, by=by, verb="setting"):
        retention.save()


def drop_old(*, now: datetime, by: Actor) -> dict[str, int]:
    """Drop what is older than the owner's years, if he has set any; how many rows of each store went."""
    kept, drops, gone = LogRetention.current(), {"views": drop_views, "acts": drop_acts}, {}
    for store, drop in drops.items():
        if years := getattr(kept, store):
            gone[store] = drop(before=now - YEAR * years, by=by)
    return gone


def drop_views(*, before: datetime, by: Actor) -> int:
    """Drop the looks under all seals that are older than `before`; how many rows went.

    A run that was cut short is finished by the next one.
    """
    up_to = last_before("views", before)
    if up_to > dropped_up_to("views"):
        mark_dropped(up_to=up_to, before=before, by=by)
        pass_by("views", Seal.objects.values_list("reach", flat=True).get(number=up_to))
    seals = Seal.objects.filter(store="views", number__lte=up_to).order_by("number")
    return sum(drop(ids.read(members)) for members in seals.values_list("members", flat=True).iterator(100))


def drop_acts(*, before: datetime, by: Actor) -> int:
    """Drop the acts under all seals that are older than `before`; how many rows went.

    Each portion goes to a file first (`archive`), then in one transaction with the line that tells of it and says of
    which rows they told. Lines of that kind stay, for verification and `kartu check` ask them. An undo of what was
    done then is refused from now on (kartu.records.changes).
    """
    up_to, total = last_before("acts", before), 0
    for seals in portions(dropped_up_to("acts"), up_to):
        name, digest = archive.keep(seals)
        total += drop_portion(seals=seals, before=before, kept={"file": name, "sha256": digest}, by=by)
    return total


def portions(after: int, up_to: int) -> Iterator[list[Seal]]:
    seals: list[Seal] = []
    for seal in Seal.objects.filter(store="acts", number__gt=after, number__lte=up_to).order_by("number").iterator(20):
        seals.append(seal)
        if sum(each.count for each in seals) >= PORTION:
            yield seals
            seals = []
    if seals:
        yield seals


@action(ERASE_LOG)
def drop_portion(*, seals: Sequence[Seal], before: datetime, kept: dict[str, str], by: Actor) -> int:
    """The acts under `seals`, in one transaction in which the ledger can be deleted from; how many."""
    members = ids.joined([each for seal in seals for each in ids.read(seal.members)])
    acts = [AuditRow.objects.filter(pk__range=each).exclude(verb=Verb.ERASE) for each in members]
    told = summary_of(
        act for rows in acts for act in rows.order_by("pk").values_list("verb", "object_type", "object_id")
    )
    audit.record(Verb.ERASE, by=by, values={**mark("acts", seals[-1].number, before), **kept, **told})
    pass_by("audit", members[-1][1])
    gone = 0
    with triggers.lifted(AuditRow, "DELETE"):
        for rows in acts:
            pks = list(rows.values_list("pk", flat=True))
            AuditPayload.objects.filter(pk__in=pks)._raw_delete("default")
            gone += AuditRow.objects.filter(pk__in=pks)._raw_delete("default")
        # PostgreSQL alters no table that still has checks to come.
        connection.check_constraints()
    return gone


def mark(store: str, up_to: int, before: datetime) -> dict[str, Any]:
    return {"store": store, "up_to": up_to, "before": before.isoformat()}


def pass_by(source: str, number: int) -> None:
    """The watching of the log counts its newest rows again at each look: not those up to `number`, which go now."""
    with transaction.atomic():
        position = LogPosition.objects.select_for_update().filter(source=source, counted_from__lt=number).first()
        if position:
            position.counted_from = number
            rows = (AuditRow if source == "audit" else ViewRow).objects
            position.counted = rows.filter(id__gt=number, id__lte=position.last_id).count()
            position.save(update_fields=["counted_from", "counted"])


def last_before(store: str, moment: datetime) -> int:
    """The number of the last seal in front of the first one that is to be kept."""
    seals = Seal.objects.filter(store=store).values_list("number", flat=True)
    kept = seals.filter(at__gte=moment).order_by("number").first()
    old = seals.filter(number__lt=kept) if kept else seals
    return old.order_by("-number").first() or 0


@action(ERASE_LOG)
def mark_dropped(*, up_to: int, before: datetime, by: Actor) -> None:
    """Committed before the first row goes: a verification accepts that rows under these seals are missing."""
    audit.record(Verb.ERASE, by=by, values=mark("views", up_to, before))


def drop(members: list[ids.Range]) -> int:
    """The looks of one seal, in one short transaction in which the ledger can be deleted from."""
    using, (first, last) = router.db_for_write(ViewRow), (members[0][0], members[-1][1])
    if not ViewRow.objects.filter(pk__range=(first, last)).exists():
        return 0
    with transaction.atomic(using=using), triggers.lifted(ViewRow, "DELETE"):
        ranges = [ViewRow.objects.using(using).filter(pk__range=each) for each in members]
        return sum(rows._raw_delete(using) for rows in ranges)
