"""What must hold of files, imports and change sets: asked by `kartu check`."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from kartu.core.jobs.invariants import is_awake
from kartu.core.jobs.queue import database_now
from kartu.core.models import Job
from kartu.firm.models import User
from kartu.records.files import orphans
from kartu.records.models import ChangeSet, Departure, ExportFile, Import, ImportStep
from kartu.security.invariants.databases import rows
from kartu.security.leaving.owned import owned

# The clock looks after imports every ten minutes.
SWEPT_WITHIN = timedelta(minutes=30)


def files_are_whole() -> Iterator[str]:
    """Every file has its bytes, unchanged; bytes that nobody names are not older than a day."""
    yield from orphans.broken()


def originals_are_there() -> Iterator[str]:
    """An import that can still go on has the file it came from; a list waiting to be fetched is there."""
    State = Import.State
    for source in Import.objects.exclude(file="").exclude(state=State.REFUSED).order_by("pk").iterator():
        if not source.file.storage.exists(source.file.name):
            yield f"import {source.pk} ({source.name}): its file {source.file.name} is gone; bring it in again"
    for kept in ExportFile.objects.order_by("pk"):
        if not kept.is_over and not kept.path.exists():
            yield f"export {kept.pk} ({kept.name}): its file is gone; write it again"


def imports_go_on() -> Iterator[str]:
    """While a worker is awake, an import at work has its job."""
    if not is_awake(database_now()):
        return
    opened = Job.objects.open().values("pk")
    busy = Import.objects.filter(state__in=Import.BUSY, created_at__lt=timezone.now() - SWEPT_WITHIN)
    for source in busy.exclude(job_id__in=opened).order_by("pk"):
        yield f"import {source.pk} ({source.name}) is {source.state}, and nobody works on it; take it back"


def nothing_stays_hidden() -> Iterator[str]:
    """Rows are kept from sight by an import that is at work, and by nothing else."""
    working = Import.objects.filter(state__in=Import.BUSY, change_set__isnull=False).values("change_set_id")
    stepping = ImportStep.objects.filter(source__state__in=Import.BUSY, finished_at=None).values("change_set_id")
    hiding = ChangeSet.objects.filter(is_hidden=True).exclude(pk__in=working).exclude(pk__in=stepping)
    for pk in hiding.order_by("pk").values_list("pk", flat=True):
        yield f"change set {pk} hides its rows from everybody, and no import works on it"


def undoings_hold() -> Iterator[str]:
    """A change set that undoes another came after it."""
    sql = "SELECT id, undoes_id FROM records_changeset WHERE undoes_id IS NOT NULL AND undoes_id >= id"
    for pk, undone in rows("default", sql):
        yield f"change set {pk} undoes {undone}, which came later"


def nothing_is_orphaned() -> Iterator[str]:
    """What others need belongs to somebody who has access, or its owner is listed as waiting for a hand-over."""
    listed = Departure.objects.filter(state__in=Departure.OPEN).values("person_id")
    gone = list(User.objects.filter(is_active=False).exclude(pk__in=listed).order_by("pk"))
    for kind in owned:
        for person in gone if not kind.may_stay else ():
            if count := kind.count(person):
                yield f"{count} {kind.key} belong to person {person.pk}, who has no access; let him go"
