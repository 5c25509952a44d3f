"""Taking very many changes back, in chunks that hold the write lock briefly, the newest first.

Begun again after a kill it goes on where its last chunk ended. `records.changes` says what may be put back.
"""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from kartu.core.actors import Actor
from kartu.core.jobs import chunk
from kartu.records import changes
from kartu.records.changes import UndoConflict, Undoing
from kartu.records.imports.pace import Pace
from kartu.security import audit
from kartu.security.columns import value_of
from kartu.security.former import former_kinds
from kartu.security.models.audit import AuditRow, Verb
from kartu.security.rows import Conflict, GuardedModel

MOST_CONFLICTS = 500  # kept with their values; the rest is counted


def take_back(
    lines: QuerySet[AuditRow],
    undoing: Undoing,
    *,
    by: Actor,
    upto: int | None,
    total: int,
    note: Callable[[int, Undoing], Any],
) -> None:
    """Take back what `lines` tell, from the line below `upto` on, as part of `undoing`.

    `note(last, undoing)` is called in the transaction of each chunk, with the line down to which it has come.
    """
    pace, done = Pace(), 0
    while True:
        rest = lines if upto is None else lines.filter(pk__lt=upto)
        told = list(rest.select_related("payload").order_by("-pk")[: pace.rows])
        if not told:
            return
        done += len(told)
        with chunk(done, total):
            pace.begin()
            with audit.acting_as(by, undoing.change_set.pk):
                for some in alike(told):
                    take_some_back(some, undoing, by)
            upto = told[-1].pk
            note(upto, undoing)
        pace.end()


def alike(told: list[AuditRow]) -> Iterable[list[AuditRow]]:
    """Neighbouring lines that say the same of different rows of one kind."""
    for _key, some in groupby(told, what):
        lot: dict[int, AuditRow] = {}
        for line in some:
            if line.object_id in lot:
                yield list(lot.values())
                lot = {}
            lot[line.object_id] = line
        yield list(lot.values())


def what(line: AuditRow) -> tuple:
    return line.object_type, line.verb, repr(line.payload.values.get("before"))


def take_some_back(some: list[AuditRow], undoing: Undoing, by: Actor) -> None:
    first = some[0]
    if first.object_type in former_kinds:
        undoing.conflicts += [UndoConflict(line.object_type, line.object_id, "", None, None) for line in some]
        return
    before = first.payload.values.get("before")
    # References alone follow from nothing and nothing follows from them: many at once may be written together.
    if len(some) > 1 and first.verb == Verb.CHANGE and before and all(name.endswith("_id") for name in before):
        some = put_back_together(some, before, undoing, by)
    for line in some:
        take_one_back(line, undoing, by)


def put_back_together(some: list[AuditRow], before: dict, undoing: Undoing, by: Actor) -> list[AuditRow]:
    """Put the rows back that hold just what the lines gave them; the other lines are returned."""
    model: type[GuardedModel] = apps.get_model(some[0].object_type)
    lines = {line.object_id: line for line in some}
    right = model.row_rule.change
    here = list(model.objects.visible_to(by, right).filter(pk__in=lines))
    here += list(model.objects.visible_to(by, right, trashed=True).filter(pk__in=lines))
    whole = [row for row in here if holds(row, lines[row.pk].payload.values["after"])]
    if whole and not any(changes.leads_nowhere(whole[0], name, value) for name, value in before.items()):
        audit.change_many(whole, before)
        undoing.restored += len(whole)
        for row in whole:
            del lines[row.pk]
    return list(lines.values())


def holds(row: GuardedModel, after: dict[str, Any]) -> bool:
    return all(audit.plain(value_of(row, name)) == value for name, value in after.items())


def take_one_back(line: AuditRow, undoing: Undoing, by: Actor) -> None:
    try:
        changes.take_line_back(line, undoing, by)
    except Conflict:
        undoing.conflicts.append(UndoConflict(line.object_type, line.object_id, "", None, None))
