"""Change sets: what was done together can be taken back together, as long as nobody has built on it since."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.records.custom.definitions import is_closed, is_unseen, shapes_called
from kartu.records.models import ChangeSet
from kartu.records.standing import standing
from kartu.security import audit
from kartu.security.actions import Refused, tell_refusal
from kartu.security.columns import set_value, value_of
from kartu.security.former import former_kinds
from kartu.security.models.audit import AuditRow, Verb
from kartu.security.row_rules import PersonalRows
from kartu.security.rows import GuardedModel
from kartu.security.seals.dropped import acts_dropped_before

CHUNK = 200
# What others have put into a row.
BUILDING = (Verb.CREATE, Verb.CHANGE, Verb.RESTORE, Verb.MERGE)

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
    # All that this person did is taken back: what he built on himself is no obstacle.
    doings_of: int | None = None
    # A merge is parted as a whole, also in what whoever parts it may not see: half of a card would help nobody.
    is_whole: bool = False
    restored: int = 0
    conflicts: list[UndoConflict] = field(default_factory=list)
    # What the person reached when it began: what is taken back on the way may be what opened the rest to him.
    in_reach: set[tuple[str, int]] = field(default_factory=set)


@contextmanager
def change_set(
    kind: str, title: str, *, by: Actor, hidden: bool = False, undoes: ChangeSet | None = None
) -> Iterator[ChangeSet]:
    """Let `by` write; all of it belongs to one new change set. One transaction. Raises Held (ChangeSet.save)."""
    try:
        with transaction.atomic():
            made = ChangeSet.objects.create(kind=kind, title=title[:200], by_id=by.pk, is_hidden=hidden, undoes=undoes)
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
    refuse_forgotten(changes.at)
    with change_set(ChangeSet.Kind.UNDO, changes.title, by=by, undoes=changes) as made:
        lines = AuditRow.objects.filter(change_set_id=changes.pk)
        undoing = Undoing(made, is_whole=lines.filter(verb__in=(Verb.MERGE, Verb.PART)).exists())
        undoing.in_reach = within_reach(lines, by)
        told = lines.select_related("payload").order_by("-id")
        for row in told.iterator(CHUNK):
            take_line_back(row, undoing, by)
        undone.send(sender=None, undoing=undoing, by=by)
        made.conflicts = [asdict(conflict) for conflict in undoing.conflicts]
        made.save(update_fields=["conflicts"])
    return undoing


def within_reach(lines: QuerySet[AuditRow], by: Actor) -> set[tuple[str, int]]:
    """(label, id) of the rows that `lines` tell of and that `by` may change as they stand."""
    ids: dict[str, list[int]] = {}
    for label, pk in lines.order_by().values_list("object_type", "object_id").distinct():
        ids.setdefault(label, []).append(pk)
    found: set[tuple[str, int]] = set()
    for label in ids:
        if label in former_kinds:
            continue
        model = apps.get_model(label)
        for start in range(0, len(ids[label]), CHUNK):
            some = ids[label][start : start + CHUNK]
            for trashed in (False, True):
                rows = model.objects.visible_to(by, model.row_rule.change, trashed=trashed).filter(pk__in=some)
                found |= {(label, pk) for pk in rows.values_list("pk", flat=True)}
    return found


def refuse_forgotten(at: datetime) -> None:
    """Raise ValidationError where the log may not know any more what stood there before something done at `at`."""
    before = acts_dropped_before()
    if before and at < before:
        raise ValidationError(_("It is too long ago: the log has dropped what stood there before"))


def take_line_back(told: AuditRow, undoing: Undoing, by: Actor) -> None:
    if told.object_type in former_kinds:
        undoing.conflicts.append(UndoConflict(told.object_type, told.object_id, "", None, None))
        return
    model = apps.get_model(told.object_type)
    row = _row_of(model, told, by, undoing)
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


def _row_of(model: type[GuardedModel], told: AuditRow, by: Actor, undoing: Undoing) -> GuardedModel | None:
    pk = told.object_id
    if undoing.is_whole and model.is_in_sections:
        # A merge moves what lies in all sections; back goes also what the person does not see.
        return model.objects.as_system("rows and files of sections that a merge has moved").filter(pk=pk).first()
    was_given = model.row_rule.is_personal and "person_id" in told.payload.values.get("before", {})
    if isinstance(model.row_rule, PersonalRows) or was_given:
        # What others keep for themselves (a favourite, a view) was moved by the change set, and goes back with it.
        return model.objects.as_system("personal rows that a change set has moved").filter(pk=pk).first()
    right = model.row_rule.change
    reachable = model.objects.visible_to(by, right).filter(pk=pk).first()
    reachable = reachable or model.objects.visible_to(by, right, trashed=True).filter(pk=pk).first()
    if reachable is None and (told.object_type, pk) in undoing.in_reach:
        return model.objects.as_system("rows that were within reach when their undo began").filter(pk=pk).first()
    return reachable


def _take_back_creation(told: AuditRow, row: GuardedModel, undoing: Undoing) -> None:
    since = AuditRow.objects.filter(object_type=told.object_type, object_id=told.object_id, id__gt=told.pk)
    since = since.exclude(change_set_id=undoing.change_set.pk)
    if undoing.doings_of is not None:
        since = since_by_others(told, undoing)
    if row.trashed_at is None and not since.exists():
        row.trashed_at = timezone.now()
        row.save()
        undoing.restored += 1
    elif row.trashed_at is None:
        undoing.conflicts.append(UndoConflict(told.object_type, told.object_id, "", None, None))


def since_by_others(told: AuditRow, undoing: Undoing) -> QuerySet[AuditRow]:
    """What other people have done since to the row that was made, and to its parts where it is a whole."""
    here = Q(object_type=told.object_type, object_id=told.object_id)
    if (told.object_type, told.object_id) == (told.root_type, told.root_id):
        here |= Q(root_type=told.root_type, root_id=told.root_id)
    lines = AuditRow.objects.filter(here, id__gt=told.pk, actor_id__isnull=False, verb__in=BUILDING)
    return lines.exclude(actor_id=undoing.doings_of).exclude(change_set_id=undoing.change_set.pk)


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
    """`conflicts` as they were kept, without the values of fields that `by` may not see, and of others their masks."""
    return [
        {**each, "theirs": None, "ours": None} if is_unseen(each["column"], by) else behind_masks(each, by)
        for each in conflicts
    ]


def behind_masks(conflict: dict[str, Any], by: Actor) -> dict[str, Any]:
    if conflict["object_type"] in former_kinds:
        return conflict
    model, column = apps.get_model(conflict["object_type"]), conflict["column"]
    shown = dict(conflict)
    for side in ("theirs", "ours"):
        if isinstance(conflict[side], str):
            row = model()
            row.__dict__[column] = conflict[side]
            row.veil_from(by)
            shown[side] = row.__dict__[column]
    return shown


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
