"""What the clock does about imports: ends those that nobody finishes, deletes the files of old ones."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from kartu.core.actors import System
from kartu.core.models import Job
from kartu.records.imports.engine import LEFT_BEHIND, queue, stopped
from kartu.records.imports.rows import staged_path
from kartu.records.imports.staging import unstage
from kartu.records.models import Import

State = Import.State
# A dropped file that nobody went on with, and the original of an import long finished.
KEPT_UNFINISHED = timedelta(days=7)
KEPT_FINISHED = timedelta(days=90)
# What is half taken back, or half brought back, goes on to its end.
GOES_ON = {State.CANCELLING: "take_back", State.RETURNING: "bring_back"}
KEPT_ORPHANS = timedelta(days=1)


def sweep() -> None:
    """Imports at work that no job works on any more (its person was dismissed, it failed too often) come to an end."""
    for source in Import.objects.filter(state__in=Import.BUSY).order_by("pk"):
        if Job.objects.open().filter(pk=source.job_id).exists():
            continue
        if source.state in GOES_ON:
            queue(source, GOES_ON[source.state], by=System(LEFT_BEHIND))
        else:
            stopped(source)


def clear(now: datetime) -> int:
    """Delete originals and staged rows that have served; how many imports lost theirs. The result page stays."""
    unfinished = Import.objects.filter(state__in=[State.READY, State.CHECKED], created_at__lt=now - KEPT_UNFINISHED)
    finished = Import.objects.filter(finished_at__lt=now - KEPT_FINISHED)
    count = 0
    for source in (unfinished | finished).exclude(file="").order_by("pk"):
        unstage(staged_path(source))
        source.file.delete(save=False)
        changes = {"file": ""}
        if source.finished_at is None:
            changes |= {"state": State.CANCELLED, "finished_at": now}
        Import.objects.filter(pk=source.pk).update(**changes)
        count += 1
    discard_orphans(now)
    return count


def discard_orphans(now: datetime) -> int:
    """Delete dropped files that no import names (a crash between the two) and that are older than a day."""
    known = set(Import.objects.exclude(file="").values_list("file", flat=True))
    folder, gone = Path(settings.MEDIA_ROOT), 0
    for path in folder.glob("imports/*/*/*"):
        is_old = datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - KEPT_ORPHANS
        if is_old and path.relative_to(folder).as_posix() not in known:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
