"""Taking an import back, and bringing it back again: in chunks, the newest change first.

What it made goes to the trash, unless somebody has built on it; what it changed is restored where it still holds the
import's value. Everything left alone is a conflict of the change set in which it is done. Each of these sets undoes the
one before, so that taking back and bringing back may go on for ever.
"""

from dataclasses import asdict
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, UniqueConstraint
from django.utils import timezone

from kartu.core.actors import Actor
from kartu.core.jobs import chunk
from kartu.records import changes
from kartu.records.changes import UndoConflict
from kartu.records.imports.moving import importer_of, move
from kartu.records.imports.pace import Pace
from kartu.records.imports.steps import end_stopped
from kartu.records.imports.writing import Pile, Stale
from kartu.records.lists.hints import hide
from kartu.records.models import ChangeSet, Import, ImportStep
from kartu.security.models.audit import AuditRow, Verb
from kartu.security.rows import GuardedModel

State = Import.State
BLOCK_LINES = 500
TRIES = 5
WRITTEN = (Verb.CREATE, Verb.CHANGE, Verb.TRASH, Verb.RESTORE)
WHY = "what an import that was stopped has changed, seen by nobody yet"
WHY_TAKEN = "whether the place of a row that comes back was taken meanwhile"
Key = tuple[str, int]


def take_back(source: Import, *, by: Actor) -> None:
    """All of an import that was stopped, else what nobody has built on since."""
    if step := source.open_step:
        Back(source, by, was_seen=False, step=step).everything()
        end_stopped(source, step)
        return
    was_seen = ChangeSet.objects.filter(pk=source.change_set_id, is_hidden=False).exists()
    if source.change_set_id:
        Back(source, by, was_seen=was_seen).everything()
    with transaction.atomic():
        ChangeSet.objects.filter(pk=source.change_set_id).update(is_hidden=False)
        move(source, State.CANCELLING, State.UNDONE if was_seen else State.CANCELLED, finished_at=timezone.now())


def bring_back(source: Import, *, by: Actor) -> None:
    """Undo the taking back of an import."""
    Back(source, by, was_seen=True).changes()
    move(source, State.RETURNING, State.DONE, finished_at=timezone.now())


def begin_undoing(source: Import, by: Actor, step: ImportStep | None = None) -> ChangeSet:
    """The change set of a taking back, or of the bringing back after it; in the transaction of the caller's.

    Of a `step` that is stopped midway only the step is undone.
    """
    if step:
        ImportStep.objects.filter(pk=step.pk).update(undo_before=source.undo_set_id)
        step.undo_before_id = source.undo_set_id
    undoing = ChangeSet.objects.create(
        kind=ChangeSet.Kind.UNDO,
        undoes_id=step.change_set_id if step else source.undo_set_id or source.change_set_id,
        title=source.name[:200],
        by_id=by.pk,
    )
    source.undo_set, source.undone_to, source.restored_count, source.kept_count = undoing, None, 0, 0
    source.save(update_fields=["undo_set", "undone_to", "restored_count", "kept_count"])
    return undoing


class Back:
    """One taking back on its way; begun again after a kill it goes on where its last chunk ended."""

    def __init__(self, source: Import, by: Actor, *, was_seen: bool, step: ImportStep | None = None) -> None:
        self.source, self.by, self.was_seen = source, by, was_seen
        if source.undo_set_id is None or (step and source.undo_set.undoes_id != step.change_set_id):
            with transaction.atomic():
                begin_undoing(source, by, step)
        self.undoing: ChangeSet = source.undo_set
        undone, later = self.undoing.undoes_id, source.steps.filter(change_set_id__lt=self.undoing.pk)
        # Steps that came after what is undone belong to it.
        steps = list(later.filter(change_set_id__gte=undone).values_list("change_set_id", flat=True))
        self.sets = sorted({undone, *steps})
        self.batches = sorted({source.change_set_id, *steps} & set(self.sets))

    def everything(self) -> None:
        self.changes()
        if self.batches:
            self.created()

    # ---- what the import changed

    def changes(self) -> None:
        """Changes of records that were there before, and parts that were added to them."""
        pace = Pace()
        # The lines of a later step stand behind all those of the earlier ones.
        for change_set_id in reversed(self.sets):
            while told := list(self._told(change_set_id)[:BLOCK_LINES]):
                while told:
                    some, told = told[: pace.rows], told[pace.rows :]
                    self._chunk(some, pace)

    def _told(self, change_set_id: int) -> QuerySet[AuditRow]:
        """What the log tells of them, the newest first; what hangs on a record made by the import goes with it."""
        same = {name: OuterRef(name) for name in ("root_type", "root_id")}
        made = AuditRow.objects.filter(
            **same,
            change_set_id__in=self.sets,
            verb=Verb.CREATE,
            object_type=OuterRef("root_type"),
            object_id=OuterRef("root_id"),
        )
        # By the few lines of its root: SQLite would go through all lines of the change set, for each of its lines.
        made = hide(made, but={"root_type", "root_id"})
        rows = AuditRow.objects.filter(~Exists(made), change_set_id=change_set_id, verb__in=WRITTEN)
        if self.source.undone_to is not None:
            rows = rows.filter(pk__lt=self.source.undone_to)
        return rows.select_related("payload").order_by("-pk")

    def _chunk(self, told: list[AuditRow], pace: Pace) -> None:
        is_taken = False
        for _try in range(TRIES):
            step = Step(told, {self.undoing.pk, *self.sets}, by=self.by, was_seen=self.was_seen)
            if is_taken:
                step.leave_those_whose_place_is_taken()
            pile = Pile(self.by, self.undoing.pk)
            for row in step.rows.values():
                pile.change(row)
            pile.pack()
            try:
                with chunk():
                    pace.begin()
                    pile.write()
                    importer_of(self.source).renew(pile.changed_rows)
                    self._advance(step.restored, step.conflicts, undone_to=told[-1].pk)
            except Stale:
                continue
            except IntegrityError:
                is_taken = True
                continue
            pace.end()
            return
        raise Stale

    def _advance(self, restored: int, conflicts: list[UndoConflict], **progress: Any) -> None:
        source = self.source
        source.restored_count += restored
        source.kept_count += len(conflicts)
        for name, value in progress.items():
            setattr(source, name, value)
        source.save(update_fields=["restored_count", "kept_count", *progress])
        if conflicts:
            self.undoing.conflicts += [asdict(conflict) for conflict in conflicts]
            self.undoing.save(update_fields=["conflicts"])

    # ---- what the import made

    def created(self) -> None:
        importer, after, pace = importer_of(self.source), 0, Pace()
        while True:
            with chunk():
                pace.begin()
                step = importer.take_back(
                    self.batches,
                    self.undoing.pk,
                    by=self.by,
                    was_seen=self.was_seen,
                    after=after,
                    limit=pace.rows,
                )
                kept = [UndoConflict(label, pk, "", None, None) for label, pk in step.kept]
                self._advance(step.restored, kept)
            pace.end()
            if not step.last:
                return
            after = step.last


class Step:
    """Some lines of the log, taken back in memory: `rows` as they are to be written, and what is left alone."""

    def __init__(self, told: list[AuditRow], ours: set[int], *, by: Actor, was_seen: bool) -> None:
        """`ours` are the change sets of the undoing and of what it undoes."""
        self.ours, self.by, self.was_seen = ours, by, was_seen
        self.restored = 0
        self.conflicts: list[UndoConflict] = []
        self.rows: dict[Key, GuardedModel] = {}
        for label in {each.object_type for each in told}:
            ids = {each.object_id for each in told if each.object_type == label}
            self.rows |= {(label, row.pk): row for row in self._rows(apps.get_model(label), ids)}
        self._built_on = self._changed_since([each for each in told if each.verb == Verb.CREATE])
        for each in told:
            self._take_back(each)

    def _rows(self, model: type[GuardedModel], ids: set[int]) -> list[GuardedModel]:
        if not self.was_seen:
            return list(model.objects.as_system(WHY).filter(pk__in=ids))
        right = model.row_rule.change
        found = list(model.objects.visible_to(self.by, right).filter(pk__in=ids))
        return found + list(model.objects.visible_to(self.by, right, trashed=True).filter(pk__in=ids))

    def _changed_since(self, made: list[AuditRow]) -> set[Key]:
        """The rows among those made that somebody else has written since."""
        roots = {(each.root_type, each.root_id) for each in made}
        lines = AuditRow.objects.filter(root_type__in={label for label, _pk in roots}, verb__in=WRITTEN)
        lines = lines.filter(root_id__in={pk for _label, pk in roots}, object_id__in={each.object_id for each in made})
        told = lines.values_list("object_type", "object_id", "change_set_id")
        return {(label, pk) for label, pk, change_set_id in told if change_set_id not in self.ours}

    def _take_back(self, told: AuditRow) -> None:
        key = told.object_type, told.object_id
        row = self.rows.get(key)
        if row is None:
            gone = changes.was_removed(told)
            self.conflicts.append(UndoConflict(*key, "", None, None, gone))
        elif told.verb != Verb.CREATE:
            self.conflicts += changes.put_values_back(told, row, self.by)
            self.restored += 1
        elif row.trashed_at is None and key not in self._built_on:
            row.trashed_at = timezone.now()
            self.restored += 1
        elif row.trashed_at is None:
            self.conflicts.append(UndoConflict(*key, "", None, None))

    def leave_those_whose_place_is_taken(self) -> None:
        """In the trash stays what would stand there twice: the same tag was given, the same colleague named again."""
        for key, row in list(self.rows.items()):
            comes_back = row._loaded.get("trashed_at") is not None and row.trashed_at is None
            if comes_back and place_is_taken(row):
                del self.rows[key]
                self.restored -= 1
                self.conflicts.append(UndoConflict(*key, "", None, None))


def place_is_taken(row: GuardedModel) -> bool:
    """Whether a constraint of the database lets `row` not stand beside another one."""
    once = (each for each in row._meta.constraints if isinstance(each, UniqueConstraint) and each.fields)
    others = type(row).objects.as_system(WHY_TAKEN).exclude(pk=row.pk)
    return any(
        others.filter(each.condition or Q(), **{name: getattr(row, name) for name in each.fields}).exists()
        for each in once
    )
