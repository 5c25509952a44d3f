"""Rows that were left out of an import and put right afterwards go in as further steps of the same import.

A step has a batch of its own, which nobody sees before its last chunk; the rows that wait carry its number, so that
whoever is killed in it goes on behind the last row of the last chunk. Taking the import back takes its steps too.
"""

from collections.abc import Iterable
from itertools import islice

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from kartu.core.actors import Actor
from kartu.core.jobs import check_cancelled, chunk
from kartu.records.imports.cells import Row
from kartu.records.imports.chunks import write_chunks
from kartu.records.imports.counting import Counts, kept_row
from kartu.records.imports.importers import Checker, Earlier, Fate, Outcome, Writer
from kartu.records.imports.layouts import plan_of
from kartu.records.imports.moving import Stopped, importer_of, move
from kartu.records.imports.pace import Pace
from kartu.records.imports.rows import data_rows, staged
from kartu.records.models import ChangeSet, Import, ImportRow, ImportStep

State = Import.State
BLOCK_ROWS = 500


def begin_step(source: Import, by: Actor) -> ImportStep:
    """The next step with its batch, for the rows that wait; in the transaction of the caller's."""
    batch = ChangeSet.objects.create(kind=ChangeSet.Kind.IMPORT, title=source.name[:200], by_id=by.pk, is_hidden=True)
    step = ImportStep(source=source, number=source.next_step, change_set=batch, by_id=by.pk)
    step.count = source.waiting.count()
    step.save()
    source.step = step.number
    source.save(update_fields=["step"])
    return step


def earlier(source: Import, before: int) -> Earlier:
    """What the import and its steps below `before` have brought in."""
    steps = source.steps.filter(number__lt=before).values_list("change_set_id", flat=True)

    def rows_of(records: Iterable[int]) -> dict[int, int]:
        taken = source.rows.filter(fate=ImportRow.Fate.CHANGE, step__lt=before, object_id__in=list(records))
        return dict(taken.order_by("-number").values_list("object_id", "number"))

    return Earlier(frozenset([source.change_set_id, *steps]), rows_of)


def run_step(source: Import, step: ImportStep, *, by: Actor) -> None:
    """Write the rows that were put right, a chunk a transaction."""
    importer, plan = importer_of(source), plan_of(source)
    came = earlier(source, step.number)
    checker = importer.checker(plan, by=by, batch_id=step.change_set_id, earlier=came)
    writer = importer.writer(plan, batch_id=step.change_set_id, by=by)
    _recall(source, step, checker, writer)
    waiting = {row.number: row for row in source.rows.filter(step=step.number, number__gt=step.done_to)}
    rows = (row for row in data_rows(source, staged(source)) if row.number in waiting)
    pace, ledger = Pace(), StepLedger(source, step, waiting)
    while block := list(islice(rows, BLOCK_ROWS)):
        write_chunks(checked(checker, block), writer, pace, ledger)
    with chunk():
        writer.finish()
        ChangeSet.objects.filter(pk=step.change_set_id).update(is_hidden=False)
        ImportStep.objects.filter(pk=step.pk).update(finished_at=timezone.now())
        move(source, State.RUNNING, State.DONE, finished_at=timezone.now())


def checked(checker: Checker, rows: list[Row]) -> list[Outcome]:
    outcomes = checker.check(rows)
    checker.compare(outcomes)
    return outcomes


def _recall(source: Import, step: ImportStep, checker: Checker, writer: Writer) -> None:
    """Let checker and writer know the rows of this step that were written before it was killed."""
    if not step.done:
        return
    done = source.rows.filter(step=step.number, number__lte=step.done_to)
    fates = {number: (fate, pk) for number, fate, pk in done.values_list("number", "fate", "object_id")}
    not_new = {number: pk for number, (fate, pk) in fates.items() if fate != Fate.NEW}
    rows = (row for row in data_rows(source, staged(source)) if row.number in fates)
    while block := list(islice(rows, BLOCK_ROWS)):
        writer.recall(checker.check(block, again=not_new))
        check_cancelled()


class StepLedger:
    """What became of the rows that waited, noted with each chunk; a row that was left out counts as what it is now."""

    def __init__(self, source: Import, step: ImportStep, waiting: dict[int, ImportRow]) -> None:
        self.source, self.step, self.waiting = source, step, waiting
        self.counts = Counts.of(source)

    def progress(self, some: list[Outcome]) -> tuple[int, int]:
        return self.step.done + len(some), self.step.count

    def note(self, some: list[Outcome]) -> None:
        self._after = Counts(**vars(self.counts))
        rows = []
        for outcome in some:
            was, now = self.waiting[outcome.row.number], kept_row(self.source, outcome)
            self._after.move(was.left_as, outcome)
            now.pk, now.step, now.left_as = was.pk, was.step, was.left_as
            rows.append(now)
        ImportRow.objects.bulk_update(rows, ["fate", "title", "problems", "changes", "object_id"], batch_size=100)
        self._advance(len(some), some[-1].row.number)

    def _advance(self, count: int, done_to: int) -> None:
        """As that of a first run: whoever is not the one to go on is thrown out here."""
        mine = ImportStep.objects.filter(pk=self.step.pk, done=self.step.done)
        going = Import.objects.filter(pk=self.source.pk, state=State.RUNNING)
        if not mine.update(done=self.step.done + count, done_to=done_to) or not going.update(**self._after.columns()):
            raise Stopped
        self.step.done += count

    def committed(self) -> None:
        self.counts = self._after


def end_stopped(source: Import, step: ImportStep) -> None:
    """A step that was stopped is as if it had not begun: what it wrote is taken back by now, its rows wait again."""
    done = source.rows.filter(step=step.number, number__lte=step.done_to)
    counts = Counts.of(source)
    with transaction.atomic():
        taken = done.filter(fate__in=[Fate.NEW, Fate.CHANGE])
        for fate, left_as, count in taken.values_list("fate", "left_as").annotate(Count("pk")):
            counts.count(fate, -count)
            counts.count(left_as, count)
        counts.remarks -= taken.exclude(problems=[]).count()
        done.exclude(fate__in=[Fate.NEW, Fate.CHANGE]).update(step=0, left_as="")
        ChangeSet.objects.filter(pk=step.change_set_id).update(is_hidden=False)
        chain = {"undo_set_id": step.undo_before_id, "undone_to": None, "restored_count": 0, "kept_count": 0}
        step.delete()
        move(source, State.CANCELLING, State.DONE, **counts.columns(), **chain, step=step.number - 1)
