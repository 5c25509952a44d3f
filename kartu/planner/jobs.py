"""Work in the background."""

from django.utils import timezone

from kartu.core.actors import Actor
from kartu.core.jobs import every
from kartu.planner import nightly
from kartu.planner.actions.reminders import remind


@every("* * * * *", name="planner.reminders", system="Tasks are told of at the minute that was chosen for them")
def remind_of_tasks(*, by: Actor) -> int:
    return remind(timezone.now())


@every(
    "10 0 * * *",
    name="planner.series",
    system="Tasks of series stand there in time, also those that were to come while the program was off",
    queue="long",
    atomic=False,
)
def make_tasks_of_series(*, by: Actor) -> int:
    return nightly.make_all(by=by, now=timezone.now())
