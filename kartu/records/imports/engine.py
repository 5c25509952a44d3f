"""The work behind an import: read, check, run, take back. Each is background work in short transactions.

Whoever is killed in it is started again and goes on where the last committed chunk ended.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kartu.core.actors import Actor, System
from kartu.core.faults import fail_point
from kartu.core.jobs import Cancelled, check_cancelled, chunk, progress
from kartu.firm.middleware import zone_of
from kartu.firm.models import User
from kartu.records.imports.cells import Row
from kartu.records.imports.importers import Checker, Fate, Importer, Outcome, Writer, importers
from kartu.records.imports.layouts import plan_of, survey
from kartu.records.imports.refusals import Refused
from kartu.records.imports.staging import Staged, stage
from kartu.records.imports.tables import Wanted
from kartu.records.imports.texts import sentence
from kartu.records.models import ChangeSet, Import, ImportRow

State = Import.State
BLOCK_ROWS = 500
# A chunk grows and shrinks so that it holds the write lock about this long; 200 ms is the promise, also where the
# machine is busy with other things.
LOCK_SECONDS = 0.05
FIRST_CHUNK, SMALLEST_CHUNK, LARGEST_CHUNK = 50, 10, 500
TAKE_BACK_ROWS = 100


LEFT_BEHIND = "an import that was stopped leaves nothing behind"


class Stopped(Exception):
    """The import is no longer ours to go on with: a person stopped it, or another worker has it."""


def importer_of(source: Import) -> Importer:
    return importers[source.importer]


# ---- the staged rows


def staged_path(source: Import) -> Path:
    return settings.DATA_DIR / "work" / "imports" / f"{source.pk}.rows"


def staged(source: Import) -> Staged:
    """The rows of the import, laid out anew where this machine has lost them or never had them."""
    path = staged_path(source)
    if path.exists() and path.with_suffix(".count").exists():
        return Staged(path)
    return _stage(source)


def _stage(source: Import) -> Staged:
    with _local(source) as path:
        return stage(path, staged_path(source), Wanted(**source.wanted), lambda done: progress(done))


@contextmanager
def _local(source: Import) -> Iterator[str]:
    """The original as a file of this machine, wherever it is stored."""
    if isinstance(source.file.storage, FileSystemStorage):
        yield source.file.path
        return
    with tempfile.NamedTemporaryFile(prefix="import-") as copy, source.file.open("rb") as original:
        for piece in original.chunks():
            copy.write(piece)
        copy.flush()
        yield copy.name


def data_rows(source: Import, rows: Staged, skip: int = 0) -> Iterator[Row]:
    """The rows below the header; `skip` of these are passed by. `survey` has counted what lies above."""
    return rows.rows(source.layout["above"] + skip)


# ---- reading


def read(source: Import) -> None:
    """Stage the file, find its layout and guess the mapping. A file that is not taken ends as REFUSED."""
    try:
        rows = _stage(source)
    except Refused as refused:
        _move(source, State.READING, State.REFUSED, refusal=sentence(refused)[:300], finished_at=timezone.now())
        return
    found = survey(source, rows, importer_of(source))
    _move(source, State.READING, State.READY, **found)


def _move(source: Import, before: str, after: str, **changes: Any) -> None:
    """From one state to the next; raises Stopped when somebody else has moved it meanwhile."""
    with transaction.atomic():
        if not Import.objects.filter(pk=source.pk, state=before).update(state=after, **changes):
            raise Stopped
    source.state = after
    for name, value in changes.items():
        setattr(source, name, value)


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
    checker = importer.checker(plan, by=by)
    counts = Counts()
    waiting = data_rows(source, rows)
    while block := list(islice(waiting, BLOCK_ROWS)):
        outcomes = _checked(checker, block)
        counts.add(outcomes)
        with chunk(counts.read, source.layout["count"]):
            _keep(source, outcomes)
    _move(source, State.CHECKING, State.CHECKED, **counts.columns(), layout=source.layout | {"news": checker.news()})


class Counts:
    """How many rows met which fate."""

    def __init__(self) -> None:
        self.read = self.new = self.same = self.rejected = self.remarks = 0

    def add(self, outcomes: list[Outcome]) -> None:
        self.read += len(outcomes)
        for outcome in outcomes:
            if outcome.fate is Fate.NEW:
                self.new += 1
                self.remarks += bool(outcome.problems)
            elif outcome.fate is Fate.SAME:
                self.same += 1
            else:
                self.rejected += 1

    def columns(self) -> dict[str, int]:
        return {
            "read_count": self.read,
            "new_count": self.new,
            "same_count": self.same,
            "rejected_count": self.rejected,
            "remark_count": self.remarks,
        }

    @classmethod
    def of(cls, source: Import) -> "Counts":
        """The counts as the last committed chunk left them."""
        counts = cls()
        counts.read, counts.new, counts.same = source.read_count, source.new_count, source.same_count
        counts.rejected, counts.remarks = source.rejected_count, source.remark_count
        return counts


def _checked(checker: Checker, block: list[Row]) -> list[Outcome]:
    outcomes = checker.check(block)
    if len(outcomes) != len(block):
        raise AssertionError("A checker gives every row its fate")
    return outcomes


def _forget_rows(source: Import) -> None:
    """Delete what an earlier check has noted, in short transactions."""
    while ids := list(source.rows.values_list("pk", flat=True)[:1000]):
        with transaction.atomic():
            ImportRow.objects.filter(pk__in=ids).delete()


def _keep(source: Import, outcomes: list[Outcome]) -> None:
    told = [outcome for outcome in outcomes if outcome.fate is not Fate.NEW or outcome.problems]
    ImportRow.objects.bulk_create(
        [
            ImportRow(
                source=source,
                number=outcome.row.number,
                fate=outcome.fate.value,
                title=outcome.title[:120],
                problems=[[each.at, each.text[:300], each.value[:300], each.url] for each in outcome.problems],
            )
            for outcome in told
        ],
        batch_size=500,
    )


# ---- running


def run(source: Import, *, by: Actor) -> None:
    """Write the rows, a chunk a transaction. Nobody sees any of it before the last chunk."""
    importer, plan, rows = importer_of(source), plan_of(source), staged(source)
    if source.change_set_id is None:
        _begin(source, by)
    checker = importer.checker(plan, by=by, batch_id=source.change_set_id)
    writer = importer.writer(plan, batch_id=source.change_set_id, by=by)
    _recall(source, rows, checker, writer)
    waiting = data_rows(source, rows, source.applied)
    counts, pace = Counts.of(source), Pace()
    while block := list(islice(waiting, BLOCK_ROWS)):
        outcomes = _checked(checker, block)
        while outcomes:
            some, outcomes = outcomes[: pace.rows], outcomes[pace.rows :]
            prepared = writer.prepare(some)
            counts.add(some)
            with chunk(counts.read, source.layout["count"]):
                pace.begin()
                writer.write(prepared)
                _keep(source, some)
                _advance(source, len(some), counts)
            pace.end()
            fail_point("imports.after_chunk")
    with chunk():
        writer.finish()
        ChangeSet.objects.filter(pk=source.change_set_id).update(is_hidden=False)
        _move(source, State.RUNNING, State.DONE, finished_at=timezone.now())


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
    skipped = set(source.rows.exclude(fate=ImportRow.Fate.NEW).values_list("number", flat=True))
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


class Pace:
    """How many rows go into a chunk, by how long the last one held the write lock; waiting for it does not count."""

    def __init__(self) -> None:
        self.rows = FIRST_CHUNK
        self._since = 0.0

    def begin(self) -> None:
        self._since = time.monotonic()

    def end(self) -> None:
        took = time.monotonic() - self._since
        wanted = self.rows * LOCK_SECONDS / max(took, 0.001)
        self.rows = int(min(LARGEST_CHUNK, max(SMALLEST_CHUNK, min(wanted, self.rows * 1.5))))


# ---- taking back


def take_back(source: Import, *, by: Actor) -> None:
    """Put in the trash what the import made: all of one that was stopped, else what nobody has built on since."""
    was_seen = ChangeSet.objects.filter(pk=source.change_set_id, is_hidden=False).exists()
    if source.change_set_id:
        _trash_all(source, _undo_set(source, by), by, was_seen)
    with transaction.atomic():
        ChangeSet.objects.filter(pk=source.change_set_id).update(is_hidden=False)
        _move(source, State.CANCELLING, State.UNDONE if was_seen else State.CANCELLED, finished_at=timezone.now())


def _trash_all(source: Import, undo_id: int, by: Actor, was_seen: bool) -> None:
    importer, after, kept = importer_of(source), 0, 0
    while True:
        step = importer.take_back(
            source.change_set_id, undo_id, by=by, was_seen=was_seen, after=after, limit=TAKE_BACK_ROWS
        )
        if not step.last:
            return
        after, kept = step.last, kept + step.kept
        restored = source.restored_count + step.restored
        with transaction.atomic():
            Import.objects.filter(pk=source.pk).update(restored_count=restored, kept_count=kept)
        source.restored_count, source.kept_count = restored, kept
        progress(restored + kept, source.new_count)


def _undo_set(source: Import, by: Actor) -> int:
    """The change set of the undoing; the same one when it is begun again after a kill."""
    with transaction.atomic():
        undoing, _is_new = ChangeSet.objects.get_or_create(
            undoes_id=source.change_set_id,
            kind=ChangeSet.Kind.UNDO,
            defaults={"title": source.name[:200], "by_id": by.pk},
        )
    return undoing.pk


# ---- the way in for background work

VERBS = {"read": State.READING, "check": State.CHECKING, "run": State.RUNNING, "take_back": State.CANCELLING}


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
                {"check": check, "run": run, "take_back": take_back}[verb](source, by=by)
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
