"""Handing back what was handed over: the newest change first, and only what nobody has handed on since."""

from dataclasses import asdict

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kartu.core.actors import Actor
from kartu.records.changes import Undoing
from kartu.records.leaving.handing import look_again
from kartu.records.long_undo import MOST_CONFLICTS, take_back
from kartu.records.models import Departure
from kartu.security.leaving.owned import owned
from kartu.security.models.audit import AuditRow


def lines_of(departure: Departure) -> QuerySet[AuditRow]:
    return AuditRow.objects.filter(change_set_id=departure.change_set_id)


def give_back(departure: Departure, by: Actor) -> None:
    """What was handed on or changed meanwhile stays where it is, and is counted."""
    undoing = Undoing(departure.undo_set, restored=departure.restored)
    lines, before = lines_of(departure), departure.conflicts

    def note(last: int, done: Undoing) -> None:
        departure.undone_to, departure.restored = last, done.restored
        departure.conflicts = before + len(done.conflicts)
        departure.save(update_fields=["undone_to", "restored", "conflicts"])

    take_back(lines, undoing, by=by, upto=departure.undone_to, total=lines.count(), note=note)
    with transaction.atomic():
        finish(departure, undoing, by)


def finish(departure: Departure, undoing: Undoing, by: Actor) -> None:
    undoing.change_set.conflicts = [asdict(each) for each in undoing.conflicts[:MOST_CONFLICTS]]
    undoing.change_set.save(update_fields=["conflicts"])
    for kind in owned:
        if pairs := departure.kept.get(kind.key):
            kind.give_back(pairs=pairs, person=departure.person, by=by)
    departure.state, departure.finished_at = Departure.State.OVER, timezone.now()
    departure.save(update_fields=["state", "finished_at"])
    look_again([departure.person_id])
