"""What a person did since a moment, and taking all of it back that can be taken back (decision 0105).

The newest is taken back first. A merge is parted as a whole, in its turn, by a change set of its own; all else belongs
to one change set, so that it can be undone. An import has its own way back, and is only named.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.jobs import chunk, keep_result, kept_result
from kartu.firm.models import User
from kartu.records import changes
from kartu.records.changes import Undoing, undone
from kartu.records.long_undo import MOST_CONFLICTS, take_back
from kartu.records.models import ChangeSet, Departure, Import
from kartu.security.models.audit import AuditRow, Verb
from kartu.security.rows import is_guarded

WRITTEN = (Verb.CREATE, Verb.CHANGE, Verb.TRASH, Verb.RESTORE)
MERGING = (Verb.MERGE, Verb.PART)
TAKEN_OUT = (Verb.EXPORT, Verb.PRINT, Verb.DOWNLOAD, Verb.REVEAL)


@dataclass
class Doings:
    """What `person` did from `since` up to the line `last` of the log; None: up to now."""

    person: User
    since: datetime
    last: int | None = None
    counted: dict[str, int] = field(default_factory=dict)

    @property
    def all(self) -> QuerySet[AuditRow]:
        rows = AuditRow.objects.filter(actor_id=self.person.pk, at__gte=self.since)
        return rows if self.last is None else rows.filter(pk__lte=self.last)

    def sets(self) -> QuerySet[ChangeSet]:
        return ChangeSet.objects.filter(pk__in=self.all.exclude(change_set_id=None).values("change_set_id"))

    def imports(self) -> list[Import]:
        """Each is taken back on its own page."""
        own = Q(change_set__in=self.sets()) | Q(steps__change_set__in=self.sets())
        return list(Import.objects.filter(own, state=Import.State.DONE).distinct().order_by("-pk"))

    def set_apart(self) -> set[int]:
        """Change sets with a way back of their own: imports and what undid them, hand-overs."""
        apart = {each.pk for each in self.sets().select_related("undoes__undoes__undoes") if each.is_of_import}
        return apart | set(Departure.objects.exclude(change_set=None).values_list("change_set_id", flat=True))

    def merges(self) -> list[tuple[int, int]]:
        """(change set, its first line) of each merge or parting, the newest first; those undone already left out."""
        told = self.all.filter(verb__in=MERGING).exclude(change_set_id=None).values("change_set_id")
        rows = AuditRow.objects.filter(change_set_id__in=told).values("change_set_id").annotate(first=Min("pk"))
        return sorted(((row["change_set_id"], row["first"]) for row in rows), key=lambda pair: -pair[1])

    def lines(self) -> QuerySet[AuditRow]:
        """What can be taken back line by line."""
        apart = self.set_apart() | {pk for pk, _first in self.merges()}
        names = [model._meta.label_lower for model in apps.get_models() if is_guarded(model)]
        return self.all.filter(verb__in=WRITTEN, object_type__in=names).exclude(change_set_id__in=apart)

    def kinds(self) -> list[dict[str, Any]]:
        """How many of each kind can be taken back."""
        told = self.lines().values("object_type", "verb").annotate(rows=Count("id")).order_by("object_type", "verb")
        return [
            {
                "what": apps.get_model(row["object_type"])._meta.verbose_name,
                "verb": Verb(row["verb"]).label,
                "rows": row["rows"],
            }
            for row in told
        ]

    def left_out(self) -> list[tuple[str, int]]:
        """What cannot be taken back here, and why: (sentence, how much)."""
        names = [model._meta.label_lower for model in apps.get_models() if is_guarded(model)]
        found = [
            (_("Deleted for good: nothing brings it back"), self.all.filter(verb=Verb.PURGE)),
            (
                _("Left the house in files, on paper, as a number shown"),
                self.all.filter(verb__in=TAKEN_OUT),
            ),
            (
                _("Settings, people and rights: change them where they stand; the log says what was before"),
                self.all.filter(Q(verb=Verb.SETTING) | Q(verb__in=WRITTEN)).exclude(object_type__in=names),
            ),
        ]
        return [(why, count) for why, rows in found if (count := rows.count())]


def take_all_back(doings: Doings, made: ChangeSet, by: Actor) -> None:
    """Line by line from the newest on, each merge in its turn; begun again after a kill it goes on where it was."""
    kept = kept_result() or {}
    undoing = Undoing(made, doings_of=doings.person.pk, restored=kept.get("restored", 0))
    lines, upto = doings.lines(), kept.get("upto")
    total = lines.count()

    def note(last: int, done: Undoing) -> None:
        made.conflicts += [asdict(each) for each in done.conflicts[: MOST_CONFLICTS - len(made.conflicts)]]
        done.conflicts.clear()
        made.save(update_fields=["conflicts"])
        keep_result({"upto": last, "restored": done.restored})

    for set_id, first in doings.merges():
        if upto is not None and first >= upto:
            continue
        newer = lines.filter(pk__gt=first)
        take_back(newer, undoing, by=by, upto=upto, total=total, note=note)
        with chunk():
            part(set_id, undoing, by)
            note(first, undoing)
        upto = first
    take_back(lines, undoing, by=by, upto=upto, total=total, note=note)
    with transaction.atomic():
        undone.send(sender=None, undoing=undoing, by=by)
        note(0, undoing)


def part(set_id: int, undoing: Undoing, by: Actor) -> None:
    """Undo a merge; one that was built on or undone since is left, with the reason in the log of conflicts."""
    changes_made = ChangeSet.objects.get(pk=set_id)
    if changes_made.is_undone:
        return
    try:
        with transaction.atomic():
            undoing.restored += changes.undo(changes_made, by=by).restored
    except ValidationError:
        undoing.conflicts.append(changes.UndoConflict("records.changeset", set_id, "", None, None))
