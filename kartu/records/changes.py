"""Change sets: what was done together can be taken back together, as long as nobody has built on it since."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.dispatch import Signal
from django.utils import timezone

from kartu.core.actors import Actor
from kartu.records.custom.definitions import is_closed, is_unseen, shapes_called
from kartu.records.models import ChangeSet
from kartu.records.standing import standing
from kartu.security import audit
from kartu.security.actions import Refused, tell_refusal
from kartu.security.columns import set_value, value_of
from kartu.security.models.audit import AuditRow, Verb
from kartu.security.row_rules import PersonalRows
from kartu.security.rows import GuardedModel

CHUNK = 200

# Sent at the end of an undo, in its transaction, with undoing and by. Who keeps several rows in step sees to it here;
# what he writes belongs to the undo, and he may add conflicts.
undone = Signal()


@dataclass(frozen=True)
class UndoConflict:
    """A row (or one of its fields) that keeps its newer value. `theirs` is that value, `ours` what undo would set.

    `is_gone`: the row, or what the field would point at, was removed for good since.
    """

    object_type: str
    object_id: int
    column: str
    theirs: Any
    ours: Any
    is_gone: bool = False


@dataclass
class Undoing:
    """What an undo did: its own change set, rows put back, and what it left because it was changed since."""

    change_set: ChangeSet
    # A merge is parted as a whole, also in what whoever parts it may not see: half of a card would help nobody.
    is_whole: bool = False
    restored: int = 0
    conflicts: list[UndoConflict] = field(default_factory=list)


@contextmanager
def change_set(kind: str, title: str, *, by: Actor, hidden: bool = False) -> Iterator[ChangeSet]:
    """Let `by` write; all of it belongs to one new change set. One transaction."""
    try:
        with transaction.atomic():
            made = ChangeSet.objects.create(kind=kind, title=title[:200], by_id=by.pk, is_hidden=hidden)
            with audit.acting_as(by, made.pk):
                yield made
    except Refused as refused:
        if refused.by:
            tell_refusal(refused)
        raise


def hidden_ids() -> frozenset[int]:
    """Change sets whose rows are not to be seen yet."""
    return standing().hidden


def undo(changes: ChangeSet, *, by: Actor) -> Undoing:
    """Take `changes` back, newest first, and return what was and was not restored.

    A field goes back only where it still holds the value that `changes` gave it; a row made by `changes` goes to the
    trash only if nobody has changed it since. Rows out of `by`'s reach count as conflicts. The undoing is a change
    set itself, so it can be undone.
    """
    with change_set(ChangeSet.Kind.UNDO, changes.title, by=by) as made:
        made.undoes = changes
        made.save(update_fields=["undoes"])
        lines = AuditRow.objects.filter(change_set_id=changes.pk)
        undoing = Undoing(made, is_whole=lines.filter(verb__in=(Verb.MERGE, Verb.PART)).exists())
        told = lines.select_related("payload").order_by("-id")
        for row in told.iterator(CHUNK):
            _take_back(row, undoing, by)
        undone.send(sender=None, undoing=undoing, by=by)
        made.conflicts = [asdict(conflict) for conflict in undoing.conflicts]
        made.save(update_fields=["conflicts"])
    return undoing


def _take_back(told: AuditRow, undoing: Undoing, by: Actor) -> None:
    model = apps.get_model(told.object_type)
    row = _row_of(model, told.object_id, by, is_whole=undoing.is_whole)
    if row is None:
        gone = was_removed(told)
        undoing.conflicts.append(UndoConflict(told.object_type, told.object_id, "", None, None, gone))
        return
    if told.verb == Verb.CREATE:
        _take_back_creation(told, row, undoing)
    else:
        _put_back(told, row, undoing, by)


def was_removed(told: AuditRow) -> bool:
    lines = AuditRow.objects.filter(object_type=told.object_type, object_id=told.object_id)
    return lines.filter(verb=Verb.PURGE).exists()


def _row_of(model: type[GuardedModel], pk: int, by: Actor, *, is_whole: bool = False) -> GuardedModel | None:
    if is_whole and model.is_in_sections:
        # A merge moves what lies in all sections; back goes also what the person does not see.
        return model.objects.as_system("rows and files of sections that a merge has moved").filter(pk=pk).first()
    if isinstance(model.row_rule, PersonalRows):
        # What others keep for themselves (a favourite) was moved along by the change set, and goes back with it.
        return model.objects.as_system("personal rows that a change set has moved").filter(pk=pk).first()
    right = model.row_rule.change
    reachable = model.objects.visible_to(by, right).filter(pk=pk).first()
    return reachable or model.objects.visible_to(by, right, trashed=True).filter(pk=pk).first()


def _take_back_creation(told: AuditRow, row: GuardedModel, undoing: Undoing) -> None:
    since = AuditRow.objects.filter(object_type=told.object_type, object_id=told.object_id, id__gt=told.pk)
    if row.trashed_at is None and not since.exclude(change_set_id=undoing.change_set.pk).exists():
        row.trashed_at = timezone.now()
        row.save()
        undoing.restored += 1
    elif row.trashed_at is None:
        undoing.conflicts.append(UndoConflict(told.object_type, told.object_id, "", None, None))


def _put_back(told: AuditRow, row: GuardedModel, undoing: Undoing, by: Actor) -> None:
    undoing.conflicts += put_values_back(told, row, by, is_whole=undoing.is_whole)
    try:
        row.save()
    except IntegrityError:
        # Its place was taken meanwhile: the same tag was given again, the row it hangs on has gone elsewhere.
        undoing.conflicts.append(UndoConflict(told.object_type, told.object_id, "", None, None))
    else:
        undoing.restored += 1


def put_values_back(told: AuditRow, row: GuardedModel, by: Actor, *, is_whole: bool = False) -> list[UndoConflict]:
    """Set on `row` what stood there before `told`, where it still holds what `told` gave it; the rest is returned.

    A field that `by` may not see or change is left alone, unless `is_whole`, and what he may not see is not told.
    """
    conflicts: list[UndoConflict] = []
    before, after = told.payload.values["before"], told.payload.values["after"]
    for column in before:
        now = audit.plain(value_of(row, column))
        closed = is_closed(column, by)
        if closed and (not is_whole or now != after[column]):
            if now != before[column]:
                values = (None, None) if is_unseen(column, by) else (now, before[column])
                conflicts.append(UndoConflict(told.object_type, told.object_id, column, *values))
            continue
        if now == after[column] or (column == "trashed_at" and bool(now) == bool(after[column])):
            if leads_nowhere(row, column, before[column]):
                conflicts.append(
                    UndoConflict(
                        told.object_type, told.object_id, column, theirs=now, ours=before[column], is_gone=True
                    )
                )
                continue
            set_value(row, column, python_value(row, column, before[column]))
        elif now != before[column] and not (column == "trashed_at" and bool(now) == bool(before[column])):
            conflicts.append(UndoConflict(told.object_type, told.object_id, column, theirs=now, ours=before[column]))
    return conflicts


def told_to(conflicts: list[dict[str, Any]], by: Actor) -> list[dict[str, Any]]:
    """`conflicts` as they were kept, without the values of fields that `by` may not see."""
    return [{**each, "theirs": None, "ours": None} if is_unseen(each["column"], by) else each for each in conflicts]


def leads_nowhere(row: models.Model, column: str, value: Any) -> bool:
    """Whether `value` would point at a row that was removed for good."""
    if value is None:
        return False
    if "." in column:
        shapes = [shape for shape in shapes_called(column) if shape.type.points_at(shape)]
        return any(not shape.type.rows(shape).filter(pk=value).exists() for shape in shapes)
    field = row._meta.get_field(column)
    if not field.is_relation:
        return False
    rows = field.related_model._base_manager
    if issubclass(field.related_model, GuardedModel):
        rows = field.related_model.objects.as_system("whether what an undo would point at is still there")
    return not rows.filter(pk=value).exists()


def python_value(row: models.Model, column: str, value: Any) -> Any:
    """A column's value as it stands in the log, turned back into what the model holds."""
    if "." in column:
        return value
    concrete = next(each for each in row._meta.concrete_fields if each.attname == column)
    if concrete.is_relation:
        return value
    return concrete.to_python(value)


@dataclass(frozen=True)
class EditConflict:
    """A field that somebody else changed meanwhile: `theirs` stands in the database, `ours` was typed."""

    column: str
    theirs: Any
    ours: Any


class EditConflicts(Exception):
    """Somebody else changed the same fields; nothing was written. `row` holds the newer values, the rest merged in."""

    def __init__(self, row: GuardedModel, conflicts: list[EditConflict]) -> None:
        super().__init__(", ".join(conflict.column for conflict in conflicts))
        self.row = row
        self.conflicts = conflicts


def merge_edit(row: GuardedModel, base: dict[str, Any], typed: dict[str, Any]) -> list[EditConflict]:
    """Set on `row` (freshly read, locked) what was typed over `base`, the values the person saw.

    Fields that only one side changed merge; where both did, the field is left and returned as a conflict.
    """
    conflicts = []
    for column, ours in typed.items():
        saw, theirs = base.get(column), value_of(row, column)
        if audit.plain(ours) in (audit.plain(saw), audit.plain(theirs)):
            continue
        if audit.plain(theirs) == audit.plain(saw):
            set_value(row, column, ours)
        else:
            conflicts.append(EditConflict(column, theirs, ours))
    return conflicts
