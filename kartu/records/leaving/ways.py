"""What of lists and imports ends with a person's access."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.records.imports.engine import stopped
from kartu.records.imports.rows import staged_path
from kartu.records.imports.staging import unstage
from kartu.records.lists.approval import decide
from kartu.records.models import ExportFile, ExportRequest, Import
from kartu.security.leaving.revoked import Revoked, revoked

State = Import.State
# What is being taken back goes on to its end: half of it would help nobody.
UNDER_WAY = (State.READING, State.READY, State.CHECKING, State.CHECKED, State.RUNNING)


def kept_exports(people: Iterable[int]) -> QuerySet[ExportFile]:
    return ExportFile.objects.filter(person_id__in=people)


def throw_exports_away(*, person: User, by: Actor) -> None:
    for kept in kept_exports([person.pk]):
        transaction.on_commit(partial(kept.path.unlink, missing_ok=True))
        kept.delete()


def waiting_requests(people: Iterable[int]) -> QuerySet[ExportRequest]:
    return ExportRequest.objects.filter(person_id__in=people, state=ExportRequest.State.WAITING)


def end_requests(*, person: User, by: Actor) -> None:
    for request in waiting_requests([person.pk]).select_for_update():
        decide(request, ExportRequest.State.OVER, timezone.now(), by)


def open_imports(people: Iterable[int]) -> QuerySet[Import]:
    """Begun and not finished. A finished one is what he did, and is taken back by whoever may."""
    return Import.objects.filter(by_id__in=people, state__in=UNDER_WAY)


def end_imports(*, person: User, by: Actor) -> None:
    """One that runs is taken back, as if somebody had pressed Stop; one that waits is dropped with its file."""
    for source in open_imports([person.pk]).select_for_update():
        stopped(source)
    waiting = open_imports([person.pk]).filter(state__in=(State.READY, State.CHECKED))
    for source in waiting:
        transaction.on_commit(partial(unstage, staged_path(source)))
        transaction.on_commit(partial(source.file.storage.delete, source.file.name))
    waiting.update(state=State.CANCELLED, finished_at=timezone.now(), file="")


for kind in (
    Revoked(
        "exports", _("Exports to be fetched"), ("records.exportfile.person",), kept_exports, throw_exports_away, 50
    ),
    Revoked(
        "export_requests",
        _("Exports that wait for a second person"),
        ("records.exportrequest.person",),
        waiting_requests,
        end_requests,
        55,
    ),
    # A further step of an import is part of it.
    Revoked(
        "imports",
        _("Imports that are not finished"),
        ("records.import.by", "records.importstep.by"),
        open_imports,
        end_imports,
        60,
    ),
):
    revoked.add(kind)
