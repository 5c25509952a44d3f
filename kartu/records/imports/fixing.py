"""Rows put right by a person, before the others are taken or afterwards: kept at once, checked at once, read instead of
the file."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kartu.records.idempotency import claim
from kartu.records.imports.cells import Row
from kartu.records.imports.counting import TAKEN, Counts, kept_row
from kartu.records.imports.engine import left_out
from kartu.records.imports.importers import Outcome
from kartu.records.imports.layouts import plan_of
from kartu.records.imports.moving import importer_of
from kartu.records.imports.rows import fixed, staged
from kartu.records.imports.steps import checked, earlier
from kartu.records.models import Import, ImportFix, ImportRow

LONGEST = 2000


def fix_row(*, source: Import, number: int, cells: dict[int, str] | None = None, is_skipped: bool = False) -> ImportRow:
    """Write `cells` (column -> text) over row `number` of the file, or leave the row out; the row as it is now judged.

    Raises ValidationError where the import has gone on, or nothing is wrong with such a row.
    """
    known = {column["at"] for column in source.layout["columns"]}
    cells = {at: text.strip() for at, text in (cells or {}).items() if at in known}
    if any(len(text) > LONGEST or "\x00" in text for text in cells.values()):
        raise ValidationError(_("At most %(count)s letters") % {"count": LONGEST}, code="too_long")
    row = row_of(source, number)
    with transaction.atomic():
        claim()
        told = _locked(source, number)
        fix, _is_new = ImportFix.objects.get_or_create(source=source, number=number)
        fix.cells |= {str(at): text for at, text in cells.items()}
        fix.is_skipped = is_skipped
        fix.save()
        return _judge(source, told, _checked(source, fixed(row, fix.cells), is_skipped))


def may_fix(source: Import, row: ImportRow) -> bool:
    """Whether the row is of those that a person may put right now: nothing that is in is ever read anew."""
    if not source.may_be_fixed:
        return False
    return source.state == Import.State.CHECKED or row.step == source.next_step or row.fate == ImportRow.Fate.REJECTED


def row_of(source: Import, number: int) -> Row:
    """The row of the file, as it stands there."""
    found = staged(source).find(number)
    if found is None:
        raise ValidationError(_("There is no such row"), code="gone")
    return found


def _locked(source: Import, number: int) -> ImportRow:
    here = Import.objects.select_for_update().get(pk=source.pk)
    source.step, source.state = here.step, here.state
    told = source.rows.filter(number=number).first()
    if not here.may_be_fixed or told is None or not may_fix(here, told):
        raise ValidationError(_("This has gone on meanwhile. Look again"), code="gone_on")
    for name in Counts().columns():
        setattr(source, name, getattr(here, name))
    return told


def _checked(source: Import, row: Row, is_skipped: bool) -> Outcome:
    """What becomes of the row by itself; whether another row of the file means the same is seen when all are taken.

    It is judged, as all its neighbours were, with the eyes of whose import it is: he reads what is told of it.
    """
    if is_skipped:
        return left_out(row)
    came = earlier(source, source.next_step) if source.state == Import.State.DONE else None
    return checked(importer_of(source).checker(plan_of(source), by=source.by, earlier=came), [row])[0]


def _judge(source: Import, told: ImportRow, outcome: Outcome) -> ImportRow:
    counts, now = Counts.of(source), kept_row(source, outcome)
    now.pk = told.pk
    if source.state == Import.State.DONE and outcome.fate in TAKEN:
        # It is still counted as left out: nothing is in before the step has run.
        now.step, now.left_as = source.next_step, told.left_as if told.step == source.next_step else told.fate
    else:
        counts.count(told.left_as or told.fate, -1)
        counts.count(outcome.fate, +1)
    Import.objects.filter(pk=source.pk).update(**counts.columns())
    for name, value in counts.columns().items():
        setattr(source, name, value)
    now.save()
    return now
