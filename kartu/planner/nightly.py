"""What becomes of series while nobody looks: tasks up to the horizon, deputies, clients that come into a segment."""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import ngettext_lazy

from kartu.core.actors import Actor
from kartu.core.faults import fail_point
from kartu.core.jobs import chunk
from kartu.core.outbox import publish
from kartu.firm.models import User
from kartu.notifications.actions import notify
from kartu.planner.events import TaskAssigned
from kartu.planner.making import Maker, tasks_of
from kartu.planner.models import Reminder, Series, Task
from kartu.planner.segments import follow_segment
from kartu.security import audit

WHY = "tasks of series stand there in time, whoever is away"
DEPUTIES_AHEAD = timedelta(days=30)
DAY = timedelta(days=1)


def make_all(*, by: Actor, now: datetime) -> int:
    """The tasks that all series lack; how many. Killed in between, it goes on where it was when it is run again."""
    for pk in living().filter(segment__isnull=False).values_list("pk", flat=True):
        follow_segment(pk, by=by, now=now)
    ids = list(making_tasks().order_by("pk").values_list("pk", flat=True))
    made, maker = 0, Maker(now, was_off=True)
    for number, pk in enumerate(ids, 1):
        with chunk(number, len(ids)), audit.acting_as(by):
            series = living().filter(pk=pk).select_for_update(of=("self",)).first()
            if series is not None:
                made += len(maker.make(series))
                stand_in(series, maker)
        fail_point("series.after_one")
    tell_of_late(now)
    return made


def living():
    rows = Series.objects.as_system(WHY).live()
    return rows.filter(Q(ended_on=None) | Q(ended_on__gte=timezone.localdate() - DAY))


def making_tasks():
    """Those of people who work here; what was for a segment that is gone for good makes nothing by itself."""
    wholes = Series.objects.as_system(WHY).filter(whole__isnull=False).order_by().values("whole_id")
    return living().filter(segment=None, person__is_active=True).exclude(pk__in=wholes)


def stand_in(series: Series, maker: Maker) -> None:
    """Tasks of days on which their person is away go to his deputy, and come back when he is there after all."""
    soon = tasks_of(series).filter(state=Task.State.OPEN, at__gte=maker.now, at__lt=maker.now + DEPUTIES_AHEAD)
    for task in soon.filter(Q(person=series.person) | Q(instead_of=series.person)):
        day = task.due_on or task.at.astimezone(maker.book(series.person).zone_of(series.person)).date()
        deputy = maker.deputy(series.person, day, task.at)
        to = deputy or series.person
        if to.pk != task.person_id:
            hand_over(task, to, series.person if deputy else None)


def hand_over(task: Task, to: User, instead_of: User | None) -> None:
    from_id = task.person_id
    task.person, task.instead_of = to, instead_of
    task.save()
    reminders = Reminder.objects.as_system(WHY).filter(task=task, trashed_at=None)
    there = set(reminders.filter(person=to).values_list("before", "on_the_day", "typed_at"))
    for reminder in reminders.filter(person_id=from_id):
        if (reminder.before, reminder.on_the_day, reminder.typed_at) not in there:
            reminder.person = to
            reminder.save()
    publish(TaskAssigned(task.pk, from_id, to.pk, None))


def tell_of_late(now: datetime) -> None:
    """One notice for each person, however many of his tasks came late."""
    rows = Task.objects.as_system(WHY).filter(
        came_late=True, created_at__gt=timezone.now() - DAY, state=Task.State.OPEN, trashed_at=None
    )
    counts = Counter(rows.values_list("person_id", flat=True))
    for person in User.objects.active().filter(pk__in=counts):
        number = counts[person.pk]
        notify(
            to=[person],
            kind="planner.series_late",
            title=ngettext_lazy(
                "%(number)s recurring task came late: the program was off",
                "%(number)s recurring tasks came late: the program was off",
                number,
            )
            % {"number": number},
            dedupe=f"planner.series_late:{timezone.localdate(now)}",
        )
