"""What of tasks belongs to a person who goes, and how it goes over."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from kartu.clients.rights import reaches
from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.firm.rights import PEOPLE
from kartu.planner.actions.calendars import end_feeds, waiting_feeds
from kartu.planner.actions.closing import TOUCHES
from kartu.planner.giving import give_tasks
from kartu.planner.models import Series, Task
from kartu.planner.rights import CHANGE, VIEW
from kartu.records.models import ChangeSet
from kartu.security import audit
from kartu.security.leaving.owned import Owned, owned
from kartu.security.leaving.revoked import Revoked, revoked
from kartu.security.rows import GuardedQuerySet, trash_is_over

WHY = "the tasks of a person who goes, counted and handed over by whoever may let him go"


def open_tasks(people: Iterable[int], *, is_private: bool) -> GuardedQuerySet:
    """Also those in the trash, which somebody may take out again."""
    rows = Task.objects.as_system(WHY).filter(person_id__in=people, is_private=is_private)
    return rows.filter(state__in=(Task.State.OPEN, Task.State.REVIEW)).exclude(trashed_at__lte=trash_is_over())


def tasks_of(people: Iterable[int]) -> GuardedQuerySet:
    return open_tasks(people, is_private=False)


def private_tasks_of(people: Iterable[int]) -> GuardedQuerySet:
    return open_tasks(people, is_private=True)


def hand_tasks_over(*, ids: list[int], person: User, to: User, by: Actor, changes: ChangeSet) -> list[int]:
    """To `to`; what is about a client that he does not see, to whoever looks after it. What was private stays so."""
    with audit.acting_as(by, changes.pk):
        rows = Task.objects.as_system(WHY).filter(person=person, pk__in=ids).select_for_update(of=("self",))
        rows = list(rows.select_related("client__responsible__role").order_by("pk"))
        takers: dict[User, list[Task]] = {}
        for row in rows:
            takers.setdefault(taker_of(row, person, to), []).append(row)
        for taker, tasks in takers.items():
            give_tasks(tasks, person_id=person.pk, to=taker)
    return [row.pk for row in rows]


def taker_of(task: Task, person: User, to: User) -> User:
    """Who was to speak to a client of a colleague leaves that to the colleague, where `to` does not see the client."""
    if task.is_private or task.kind not in TOUCHES or task.client_id is None or reaches(to, task.client):
        return to
    keeper = task.client.responsible
    is_his_affair = keeper is not None and keeper.pk != person.pk and keeper.is_active and keeper.may(VIEW)
    return keeper if is_his_affair else to


def series_of(people: Iterable[int]) -> GuardedQuerySet:
    """Also those that are over: they may be gone on with."""
    return Series.objects.as_system(WHY).live().filter(person_id__in=people)


def hand_series_over(*, ids: list[int], person: User, to: User, by: Actor, changes: ChangeSet) -> list[int]:
    """Their open tasks go over as tasks."""
    with audit.acting_as(by, changes.pk):
        rows = list(Series.objects.as_system(WHY).filter(person=person, pk__in=ids).select_for_update().order_by("pk"))
        audit.change_many(rows, {"person_id": to.pk})
    return [row.pk for row in rows]


owned.add(
    Owned(
        "series",
        _("Recurring tasks"),
        ("planner.series.person",),
        series_of,
        hand_series_over,
        right=CHANGE,
        needs=VIEW,
        order=36,
    )
)
owned.add(
    Owned(
        "tasks",
        _("Open tasks"),
        ("planner.task.person",),
        tasks_of,
        hand_tasks_over,
        right=CHANGE,
        needs=VIEW,
        hint=_("with their reminders"),
        order=35,
    )
)
owned.add(
    Owned(
        "private_tasks",
        _("Private tasks"),
        ("planner.task.person",),
        private_tasks_of,
        hand_tasks_over,
        right=PEOPLE,
        may_stay=True,
        order=57,
    )
)

revoked.add(
    Revoked(
        "calendar_feeds",
        _("Addresses of calendars"),
        ("planner.calendarfeed.person",),
        waiting_feeds,
        end_feeds,
        order=60,
    )
)
