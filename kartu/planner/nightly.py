"""What becomes of series while nobody looks: tasks up to the horizon, deputies, clients that come into a segment."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import ngettext_lazy

from kartu.clients.segments.meaning import usable
from kartu.core.actors import Actor
from kartu.core.faults import fail_point
from kartu.core.jobs import chunk
from kartu.core.outbox import publish
from kartu.firm.models import User
from kartu.notifications.actions import notify
from kartu.planner.actions.keeping import keep_in_step
from kartu.planner.events import TaskAssigned
from kartu.planner.making import Maker, tasks_of
from kartu.planner.models import Reminder, Series, Task
from kartu.planner.recurrence import to_text
from kartu.records.lists.asking import Asking
from kartu.security import audit

WHY = "tasks of series stand there in time, whoever is away"
MOST_CLIENTS = 2000
DEPUTIES_AHEAD = timedelta(days=30)
DAY = timedelta(days=1)


def make_all(*, by: Actor, now: datetime) -> int:
    """The tasks that all series lack; how many. Killed in between, it goes on where it was when it is run again."""
    for pk in living().filter(segment__isnull=False).values_list("pk", flat=True):
        follow_segment(pk, by=by, now=now)
    ids = list(living().filter(segment=None).order_by("pk").values_list("pk", flat=True))
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


# --- a series for each client of a segment -----------------------------------------------------------------------


def follow_segment(pk: int, *, by: Actor, now: datetime) -> None:
    """Let each client of the segment have his series, those who left it none; and all be as the whole says."""
    whole = living().filter(pk=pk).select_related("author", "person").first()
    if whole is None:
        return
    members = clients_in(whole)
    if members is None:
        return
    parts = {part.client_id: part.pk for part in living().filter(whole=whole, ended_on=None)}
    for client_id in sorted(members.keys() | parts.keys()):
        with chunk(), audit.acting_as(by):
            part = Series.objects.as_system(WHY).filter(pk=parts.get(client_id)).select_for_update(of=("self",)).first()
            if client_id not in members:
                end_part(part, now)
            else:
                follow_whole(part or Series(client_id=client_id, whole=whole), whole, members[client_id], now)


def clients_in(whole: Series) -> dict[int, int | None]:
    """Client -> who is responsible, of the segment as whoever set up the series sees it; None: nobody may use it."""
    keeper = whole.author if whole.author and whole.author.is_active else whole.person
    asking = Asking(keeper)
    found = usable(asking).get(whole.segment_id)
    if found is None:
        return None
    return dict(found.rows(asking).order_by("pk").values_list("pk", "responsible_id")[:MOST_CLIENTS])


# What a client's series takes from the whole; its own exceptions and pauses it keeps.
FROM_WHOLE = (
    "title", "text", "kind", "priority", "author_id", "begins", "estimate_minutes", "needs_acceptance", "items",
    "reminders", "zone", "starts_on", "at", "to_responsible",
)  # fmt: skip


def follow_whole(part: Series, whole: Series, responsible_id: int | None, now: datetime) -> None:
    is_new = part.pk is None
    before = None if is_new else Series.objects.as_system(WHY).get(pk=part.pk)
    for name in FROM_WHOLE:
        setattr(part, name, getattr(whole, name))
    part.person_id = (responsible_id if whole.to_responsible else None) or whole.person_id
    part.person = User.objects.get(pk=part.person_id)
    own, rule = (whole if is_new else part).as_rule, whole.as_rule
    exceptions, pauses = (*rule.exceptions, *own.exceptions), (*rule.pauses, *own.pauses)
    part.rule = to_text(replace(rule, exceptions=exceptions, pauses=pauses))
    if is_new:
        part.save()
    elif differs(part, before):
        part.save()
        keep_in_step(part, before, Maker(now))


def differs(part: Series, before: Series) -> bool:
    return any(getattr(part, name) != getattr(before, name) for name in (*FROM_WHOLE, "person_id", "rule"))


def end_part(part: Series, now: datetime) -> None:
    """The client has left the segment."""
    before = Series.objects.as_system(WHY).get(pk=part.pk)
    part.ended_on = now.astimezone(part.place).date()
    part.rule = to_text(part.as_rule.ended(part.ended_on))
    part.save()
    keep_in_step(part, before, Maker(now))
