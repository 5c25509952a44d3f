"""The work behind an import: read, check, run, take back. Each is background work in short transactions.

Whoever is killed in it is started again and goes on where the last committed chunk ended.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kartu.core.actors import Actor, System
from kartu.core.jobs import Cancelled, check_cancelled, chunk
from kartu.firm.middleware import zone_of
from kartu.firm.models import User
from kartu.records.imports.cells import Row
from kartu.records.imports.chunks import write_chunks
from kartu.records.imports.counting import Counts, kept_row
from kartu.records.imports.importers import Checker, Fate, Outcome, Problem, Writer
from kartu.records.imports.layouts import plan_of, survey
from kartu.records.imports.moving import Stopped, importer_of, move
from kartu.records.imports.pace import Pace
from kartu.records.imports.refusals import Refused
from kartu.records.imports.rows import data_rows, lay_out, staged
from kartu.records.imports.staging import Staged
from kartu.records.imports.steps import run_step
from kartu.records.imports.taking_back import bring_back, take_back
from kartu.records.imports.texts import sentence
from kartu.records.models import ChangeSet, Import, ImportRow

State = Import.State
BLOCK_ROWS = 500

LEFT_BEHIND = "an import that was stopped leaves nothing behind"


# ---- reading


def read(source: Import) -> None:
    """Stage the file, find its layout and guess the mapping. A file that is not taken ends as REFUSED."""
    try:
        rows = lay_out(source)
    except Refused as refused:
        move(source, State.READING, State.REFUSED, refusal=sentence(refused)[:300], finished_at=timezone.now())
        return
    found = survey(source, rows, importer_of(source))
    move(source, State.READING, State.READY, **found)


def leave(source: Import, before: list[str], after: str) -> None:
    """A person moves the import on; ValidationError when it is not where he saw it."""
    with transaction.atomic():
        if not Import.objects.filter(pk=source.pk, state__in=before).update(state=after):
            raise ValidationError(_("This has gone on meanwhile. Look again"), code="gone_on")
    source.state = after


# ---- checking


def check(source: Import, *, by: Actor) -> None:
    """The dry run: the fate of every row, with its reasons, and nothing written but these."""
    importer, plan, rows = importer_of(source), plan_of(source), staged(source)
    _forget_rows(source)
    checker = importer.checker(plan, by=source.by)
    counts, skipped = Counts(), skipped_rows(source)
    waiting = data_rows(source, rows)
    while block := list(islice(waiting, BLOCK_ROWS)):
        outcomes = _checked(checker, block, skipped)
        checker.compare(outcomes)
        counts.add(outcomes)
        with chunk(counts.read, source.layout["count"]):
            _keep(source, outcomes)
    news = [asdict(each) for each in checker.news()]
    move(source, State.CHECKING, State.CHECKED, **counts.columns(), layout=source.layout | {"news": news})


def skipped_rows(source: Import) -> frozenset[int]:
    """The rows that a person leaves out."""
    return frozenset(source.fixes.filter(is_skipped=True).values_list("number", flat=True))


def _checked(checker: Checker, block: list[Row], skipped: frozenset[int] = frozenset()) -> list[Outcome]:
    left = {row.number: left_out(row) for row in block if row.number in skipped}
    taken = [row for row in block if row.number not in left]
    outcomes = checker.check(taken)
    if len(outcomes) != len(taken):
        raise AssertionError("A checker gives every row its fate")
    found = iter(outcomes)
    return [left.get(row.number) or next(found) for row in block]


def left_out(row: Row) -> Outcome:
    return Outcome(row, Fate.REJECTED, problems=[Problem(_("You leave this row out"))])


def _forget_rows(source: Import) -> None:
    """Delete what an earlier check has noted, in short transactions."""
    while ids := list(source.rows.values_list("pk", flat=True)[:1000]):
        with transaction.atomic():
            ImportRow.objects.filter(pk__in=ids).delete()


def _keep(source: Import, outcomes: list[Outcome]) -> None:
    told = [outcome for outcome in outcomes if outcome.fate is not Fate.NEW or outcome.problems]
    ImportRow.objects.bulk_create([kept_row(source, outcome) for outcome in told], batch_size=500)


# ---- running


def run(source: Import, *, by: Actor) -> None:
    """Write the rows, a chunk a transaction. Nobody sees any of it before the last chunk."""
    if step := source.open_step:
        run_step(source, step, by=by)
        return
    importer, plan, rows = importer_of(source), plan_of(source), staged(source)
    if source.change_set_id is None:
        _begin(source, by)
    checker = importer.checker(plan, by=by, batch_id=source.change_set_id)
    writer = importer.writer(plan, batch_id=source.change_set_id, by=by)
    _recall(source, rows, checker, writer)
    waiting = data_rows(source, rows, source.applied)
    ledger, pace, skipped = Ledger(source), Pace(), skipped_rows(source)
    while block := list(islice(waiting, BLOCK_ROWS)):
        write_chunks(_checked(checker, block, skipped), writer, pace, ledger)
    with chunk():
        writer.finish()
        ChangeSet.objects.filter(pk=source.change_set_id).update(is_hidden=False)
        move(source, State.RUNNING, State.DONE, finished_at=timezone.now())


class Ledger:
    """What became of the rows, noted with each chunk; the counts are those of the last one that is committed."""

    def __init__(self, source: Import) -> None:
        self.source, self.counts = source, Counts.of(source)

    def progress(self, some: list[Outcome]) -> tuple[int, int]:
        return self.counts.read + len(some), self.source.layout["count"]

    def note(self, some: list[Outcome]) -> None:
        self._after = replace(self.counts)
        self._after.add(some)
        _keep(self.source, some)
        _advance(self.source, len(some), self._after)

    def committed(self) -> None:
        self.counts = self._after


def _begin(source: Import, by: Actor) -> None:
    _forget_rows(source)
    with transaction.atomic():
        batch = ChangeSet.objects.create(
            kind=ChangeSet.Kind.IMPORT, title=source.name[:200], by_id=by.pk, is_hidden=True
        )
        zero = Counts().columns()
        if not Import.objects.filter(pk=source.pk, state=State.RUNNING, change_set=None).update(
            change_set=batch, applied=0, **zero
        ):
            raise Stopped
    source.refresh_from_db()


def _recall(source: Import, rows: Staged, checker: Checker, writer: Writer) -> None:
    """Let checker and writer know what an earlier run of this import has done, where there was one."""
    if not source.applied:
        return
    skipped = dict(source.rows.exclude(fate=ImportRow.Fate.NEW).values_list("number", "object_id"))
    done = islice(data_rows(source, rows), source.applied)
    while block := list(islice(done, BLOCK_ROWS)):
        writer.recall(checker.check(block, again=skipped))
        check_cancelled()


def _advance(source: Import, count: int, counts: Counts) -> None:
    """Note in the same transaction how far it is; whoever is not the one to go on is thrown out here."""
    mine = Import.objects.filter(pk=source.pk, state=State.RUNNING, applied=source.applied)
    if not mine.update(applied=source.applied + count, **counts.columns()):
        raise Stopped
    source.applied += count


# ---- the way in for background work

VERBS = {
    "read": State.READING,
    "check": State.CHECKING,
    "run": State.RUNNING,
    "take_back": State.CANCELLING,
    "bring_back": State.RETURNING,
}


def work(import_id: int, verb: str, *, by: Actor) -> None:
    """Do `verb` for the import, in the language and the time zone of whoever asked. Done already: nothing happens."""
    source = Import.objects.filter(pk=import_id, state=VERBS[verb]).first()
    if source is None:
        return
    with speaking_to(source.by):
        try:
            if verb == "read":
                read(source)
            else:
                {"check": check, "run": run, "take_back": take_back, "bring_back": bring_back}[verb](source, by=by)
        except Stopped:
            return
        except Cancelled:
            stopped(source)
            raise


@contextmanager
def speaking_to(person: User) -> Iterator[None]:
    with translation.override(person.language), timezone.override(zone_of(person.time_zone)):
        yield


def stopped(source: Import) -> None:
    """The work was stopped from outside: what is half done goes back to where it can begin again, or is taken back."""
    with transaction.atomic():
        reading = Import.objects.filter(pk=source.pk, state=State.READING)
        reading.update(state=State.REFUSED, refusal=_("Reading was stopped."), finished_at=timezone.now())
        Import.objects.filter(pk=source.pk, state=State.CHECKING).update(state=State.READY)
        if Import.objects.filter(pk=source.pk, state=State.RUNNING).update(state=State.CANCELLING):
            queue(source, "take_back", by=System(LEFT_BEHIND))


def queue(source: Import, verb: str, *, by: Actor) -> None:
    """Let the worker do `verb`; the page follows the job."""
    job = importer_of(source).job.later(by=by, import_id=source.pk, verb=verb, dedupe=f"import-{source.pk}-{verb}")
    Import.objects.filter(pk=source.pk).update(job_id=job.pk)
    source.job_id = job.pk
