"""Work in the background."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.jobs import every, job
from kartu.planner import nightly, reminding_clients, segments
from kartu.planner.actions.reminders import remind
from kartu.planner.imports import settling
from kartu.planner.rights import IMPORT
from kartu.planner.telling.acts import tell_left, tell_person
from kartu.records.imports import engine


@every("* * * * *", name="planner.reminders", system="Tasks are told of at the minute that was chosen for them")
def remind_of_tasks(*, by: Actor) -> int:
    return remind(timezone.now())


@every(
    "* * * * *",
    name="planner.client_reminders",
    system="Clients are reminded of what was agreed with them",
    atomic=False,
)
def remind_clients(*, by: Actor) -> int:
    return reminding_clients.remind_clients(timezone.now())


@job(system="People hear what others did with their tasks, all that was done together in one notice")
def tell_of_acts(*, person_id: int, by: Actor) -> None:
    wait = tell_person(person_id)
    if wait is not None:
        tell_of_acts.later(person_id=person_id, run_at=timezone.now() + wait)


@every("* * * * *", name="planner.news", system="What others did with tasks is told, should a job for it be missing")
def tell_what_is_left(*, by: Actor) -> int:
    return tell_left()


@every(
    "10 0 * * *",
    name="planner.series",
    system="Tasks of series stand there in time, also those that were to come while the program was off",
    queue="long",
    atomic=False,
)
def make_tasks_of_series(*, by: Actor) -> int:
    return nightly.make_all(by=by, now=timezone.now())


@job(
    system="Each client of a segment gets the recurring task that was set up or changed for all of them",
    queue="long",
    atomic=False,
)
def follow_segment(*, by: Actor, series: int) -> None:
    segments.follow_segment(series, by=by, now=timezone.now())


@job(right=IMPORT, label=_("Import of tasks"), queue="long", atomic=False, max_attempts=4, longest_wait=60)
def import_tasks(*, by: Actor, import_id: int, verb: str) -> None:
    """`verb`: read, check, run or take_back."""
    engine.work(import_id, verb, by=by)


@job(right=IMPORT, label=_("Reminders of tasks that came in"), queue="long", atomic=False)
def settle_imported_tasks(*, by: Actor, batch_id: int) -> None:
    for person_id in settling.settle(batch_id, by):
        tell_of_acts.later(person_id=person_id, dedupe=f"task-news:{person_id}:{batch_id}")
