"""Work in the background."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.jobs import chunk, every, job, kept_result
from kartu.records import purging
from kartu.records.custom import working
from kartu.records.emptying import end_time
from kartu.records.everything import taking
from kartu.records.files import orphans
from kartu.records.idempotency import forget_old
from kartu.records.imports import chores
from kartu.records.leaving import jobs as leaving_jobs
from kartu.records.leaving.acts import set_free
from kartu.records.leaving.handing import look_again
from kartu.records.lists import approval
from kartu.records.lists import jobs as list_jobs
from kartu.records.lists.exports import discard_old
from kartu.records.rights import EMPTY
from kartu.records.trash import trash
from kartu.security.rights import SERVER

CHUNK = 100


@every("27 3 * * *", name="records.forget_answers", system="Answers to acts are kept for a day", by_age=True)
def forget_answers(*, by: Actor) -> int:
    return forget_old()


@every(
    "47 3 * * *",
    name="records.discard_orphans",
    system="Bytes that no file row names are of no use to anybody",
    by_age=True,
)
def discard_orphans(*, by: Actor) -> int:
    return orphans.discard_old()


@every("*/10 * * * *", name="records.imports", system="imports that nobody finishes come to an end")
def sweep_imports(*, by: Actor) -> None:
    chores.sweep()


@every("40 3 * * *", name="records.import_files", system="files of old imports are deleted", by_age=True)
def clear_imports(*, by: Actor) -> int:
    return chores.clear(timezone.now())


@every("7 * * * *", name="records.exports", system="A list written to a file is kept for a day")
def clear_exports(*, by: Actor) -> int:
    return discard_old()


@every("*/10 * * * *", name="records.export_requests", system="Requests for exports that nobody answers come to an end")
def settle_exports(*, by: Actor) -> int:
    return approval.settle(timezone.now())


@every(
    "*/10 * * * *",
    name="records.departures",
    system="Whoever has gone and owns something stands on the list of those whose work waits",
)
def look_after_departures(*, by: Actor) -> int:
    return set_free() + look_again()


@every(
    "17 4 * * *",
    name="records.trash",
    system="What has lain in the trash for its time is removed for good",
    by_age=True,
    queue="long",
    atomic=False,
)
def clear_trash(*, by: Actor) -> int:
    return purging.remove_over(by=by)


@job(right=EMPTY, label=_("Emptying the trash"), queue="long", atomic=False)
def empty_trash(*, by: Actor) -> int:
    """Let the time of all that lies in the trash be over, then remove it."""
    for kind in trash:
        while rows := list(kind.rows(by)[:CHUNK]):
            with chunk():
                end_time(rows=rows, by=by)
    return purging.remove_over(by=by)


@job(right=EMPTY, label=_("Removing for good"), queue="long", atomic=False)
def remove_ended(*, by: Actor) -> int:
    return purging.remove_over(by=by)


@job(
    system="what formulas give changes when one is added or changed",
    label=_("Working out formulas"),
    queue="long",
    atomic=False,
)
def work_out_formulas(*, by: Actor, entity: str) -> int:
    return working.catch_up(entity)


@job(right=SERVER, label=_("Everything in one file"), queue="long", atomic=False, max_attempts=2)
def take_everything(*, by: Actor, purpose: str) -> int:
    """Returns the id of the file."""
    return kept_result() or taking.take_along(purpose=purpose, by=by).pk


__all__ = ["leaving_jobs", "list_jobs"]
