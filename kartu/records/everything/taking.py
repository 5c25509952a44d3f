"""Taking everything along: who may, the work itself, and what the log keeps of it."""

import secrets
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from kartu.core.jobs import chunk, keep_result, progress
from kartu.core.outbox import publish
from kartu.firm.acts import act
from kartu.firm.middleware import zone_of
from kartu.firm.models import Firm, User
from kartu.records.events import WorkFinished
from kartu.records.everything import writing
from kartu.records.everything.writing import Marks, Taken
from kartu.records.exporting import digest_of
from kartu.records.lists.approval import purpose_of
from kartu.records.lists.exports import tell_export
from kartu.records.marks import Mark
from kartu.records.models import ExportFile
from kartu.security import audit
from kartu.security.alerts.freezing import check_not_frozen
from kartu.security.invariants.registry import snapshot
from kartu.security.leaving.notice import check_allowed
from kartu.security.models.audit import Verb

KEY = "everything"
LOOK_EACH = 0.5


class Stopped(Exception):
    """Whoever asked for it does not want it any more."""


@act(why="whoever owns the firm owns its data: nobody else may, whatever rights he has")
def ask(*, purpose: str, by: User) -> None:
    """Let everything be written in the background. Raises ValidationError without a purpose, Frozen, and Held."""
    must_own(by)
    check_not_frozen(by)
    check_allowed(by.pk)
    text = purpose_of(purpose)
    # The module of jobs imports this one.
    from kartu.records.jobs import take_everything  # noqa: PLC0415 - as above

    take_everything.later(by=by, purpose=text, dedupe="records.everything")


def must_own(by: User) -> None:
    if not by.is_owner:
        raise PermissionDenied("everything the firm has")


def take_along(*, purpose: str, by: User) -> ExportFile:
    """Write the file where its owner can fetch it for a day; the bell rings, the log says what left."""
    must_own(by)
    folder = ExportFile.folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    check_room(folder)
    stored = f"{secrets.token_hex(16)}.zip"
    marks = Marks.begin(by)
    try:
        taken = write_apart(folder / stored, by, marks)
        kept = ExportFile(person_id=by.pk, list_key=KEY, name=file_name(), stored=stored, number=marks.whole.number)
        kept.rows, kept.sha256 = taken.rows, digest_of(folder / stored)
        with chunk():
            kept.save()
            keep_result(kept.pk)
            tell(taken, marks.whole, purpose, kept.sha256, by)
            url = reverse("records:export_file", args=[kept.pk])
            publish(WorkFinished(by.pk, "lists.export", _("everything the firm has"), url))
    except BaseException:
        (folder / stored).unlink(missing_ok=True)
        raise
    return kept


def check_room(folder: Path) -> None:
    """As much as the data take must be free: texts shrink, files do not."""
    names = [Path(connections[alias].settings_dict["NAME"]) for alias in connections]
    data = sum(path.stat().st_size for path in names if connection.vendor == "sqlite" and path.exists())
    files = sum(path.stat().st_size for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
    if shutil.disk_usage(folder).free < data + files:
        raise ValidationError(_("There is too little room on the disk for a file with everything."))


def file_name() -> str:
    firm = Firm.objects.order_by().first()
    word = slugify(firm.name if firm else "", allow_unicode=True) or "kartu"
    return f"{word}-everything-{timezone.localdate().isoformat()}.zip"


def tell(taken: Taken, mark: Mark, purpose: str, sha256: str, by: User, **more: str) -> None:
    """The log's rows: one for the whole, and one for each list in it, whose file has a number of its own."""
    told = {"list": KEY, "purpose": purpose, "format": "zip", "rows": taken.rows, "files": taken.files}
    audit.record(Verb.EXPORT, by=by, values={**told, "sha256": sha256, "number": mark.number, **more})
    for extract, written in taken.lists:
        extract.purpose = purpose
        tell_export(extract, "csv", written, within=mark.number)


def write_apart(path: Path, by: User, marks: Marks) -> Taken:
    """Write on a connection that stands still at one moment, in a thread of its own; this one shows how far it is.

    Inside a transaction (of a test) nobody else would see what it has written: then here.
    """
    done, stop = [0], threading.Event()

    def look(rows: int) -> None:
        done[0] = rows
        if stop.is_set():
            raise Stopped

    if connection.in_atomic_block:
        return written(path, by, marks, look)
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(at_one_moment, path, by, marks, look)
        try:
            return watched(work, done, writing.total_rows())
        except BaseException:
            stop.set()
            raise


def watched(work: Future[Taken], done: list[int], total: int) -> Taken:
    while True:
        try:
            return work.result(LOOK_EACH)
        except NotYet:
            progress(min(done[0], total), total)


def at_one_moment(path: Path, by: User, marks: Marks, look: Callable[[int], None]) -> Taken:
    try:
        with snapshot():
            return written(path, by, marks, look)
    finally:
        connections.close_all()


def written(path: Path, by: User, marks: Marks, look: Callable[[int], None]) -> Taken:
    with translation.override(by.language), timezone.override(zone_of(by.time_zone)):
        return writing.write(path, by=by, marks=marks, tell=look)


def into_folder(folder: Path, *, by: User, purpose: str) -> tuple[Path, Taken]:
    """What `kartu export-all FOLDER` does: the same file, to where whoever sits at the computer wants it."""
    must_own(by)
    path = folder / file_name()
    if path.exists():
        raise ValidationError(_("%(path)s is there already.") % {"path": path})
    marks = Marks.begin(by)
    part = path.with_name(f"{path.name}.part")
    try:
        taken = write_apart(part, by, marks)
        with transaction.atomic():
            tell(taken, marks.whole, purpose, digest_of(part), by, command="kartu export-all")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path, taken
