"""What the page of a recurring task shows: when it comes, what became of it, who has to do with it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from kartu.clients.models import Contact, Segment
from kartu.clients.rights import reaches
from kartu.clients.segments.meaning import usable
from kartu.core.actors import Actor
from kartu.planner.client_dates import date_called
from kartu.planner.making import Maker, tasks_of
from kartu.planner.models import Series, Task
from kartu.planner.recurrence import Occurrence
from kartu.planner.rights import CHANGE, TRASH
from kartu.planner.series_history import Line, lines_of
from kartu.records.lists.asking import Asking

NEXT = 5
LAST_TASKS = 20
MOST_PARTS = 100
WHY = "how many of the tasks of a series that a person sees were done"


@dataclass(frozen=True)
class Coming:
    """One of the next days. `task`: the one that stands there already, of those that the person sees."""

    slot: str
    day: date
    moment: datetime | None
    by_rule: date | None
    task: Task | None = None


@dataclass(frozen=True)
class LeftOut:
    slot: str
    day: date


class SeriesPage:
    def __init__(self, series: Series, by: Actor) -> None:
        self.series, self.by = series, by

    @cached_property
    def may_change(self) -> bool:
        return self.reached_by(CHANGE)

    @property
    def may_change_all(self) -> bool:
        """What comes from a segment is changed there."""
        return self.may_change and not self.series.whole_id

    @cached_property
    def may_trash(self) -> bool:
        return not self.series.whole_id and self.by.may(TRASH) and self.reached_by(TRASH)

    def reached_by(self, right: str) -> bool:
        return Series.objects.visible_to(self.by, right).filter(pk=self.series.pk).exists()

    @cached_property
    def sentence(self) -> str:
        return sentence_of(self.series, self.by)

    # --- when ------------------------------------------------------------------------------------------------------

    @cached_property
    def coming(self) -> list[Coming]:
        if self.series.segment_id or self.series.is_over:
            return []
        return coming(self.series, self.by)

    @property
    def is_after_done(self) -> bool:
        return self.series.as_rule.after_done

    @property
    def left_out(self) -> list[LeftOut]:
        """Days that are left out and still lie ahead."""
        today = self.series.today.isoformat()
        slots = [slot for slot in self.series.as_rule.exceptions if slot[:10] >= today]
        return [LeftOut(slot, date.fromisoformat(slot[:10])) for slot in slots[:NEXT]]

    # --- what became of it -----------------------------------------------------------------------------------------

    def seen_tasks(self) -> Any:
        rows = Task.objects.visible_to(self.by)
        if self.series.segment_id:
            parts = Series.objects.as_system(WHY).filter(whole=self.series)
            return rows.filter(series__in=parts.values("pk"))
        return rows.filter(series=self.series)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of its tasks there are, and of these how many open, late, done, not needed."""
        late = Q(state=Task.State.OPEN, late_at__lt=timezone.now())
        states = {"open": Q(state__in=(Task.State.OPEN, Task.State.REVIEW)), "late": late}
        states |= {state: Q(state=state) for state in (Task.State.DONE, Task.State.DROPPED)}
        return self.seen_tasks().aggregate(
            made=Count("pk"), **{str(name): Count("pk", filter=where) for name, where in states.items()}
        )

    @property
    def skipped(self) -> int:
        return len(self.series.as_rule.exceptions)

    @cached_property
    def tasks(self) -> list[Task]:
        """The last ones, and those that stand there already, the latest first."""
        return list(self.seen_tasks().select_related("person").order_by("-at", "-id")[:LAST_TASKS])

    @property
    def tasks_url(self) -> str:
        return f"{reverse('planner:tasks')}?{urlencode({'f': f'series:any:{self.series.pk}', 's': '-when'})}"

    # --- whom it is about --------------------------------------------------------------------------------------------

    @cached_property
    def sees_client(self) -> bool:
        return self.series.client_id is not None and reaches(self.by, self.series.client)

    @cached_property
    def contact(self) -> Contact | None:
        return Contact.objects.visible_to(self.by).filter(pk=self.series.contact_id).first()

    @cached_property
    def segment(self) -> Segment | None:
        """The segment, for who may use it."""
        found = usable(Asking(self.by)).get(self.series.segment_id)
        return found.segment if found else None

    @cached_property
    def whole(self) -> Series | None:
        return Series.objects.visible_to(self.by).filter(pk=self.series.whole_id).first()

    @cached_property
    def parts(self) -> list[Series]:
        """The series of single clients that come from it, of those that the person sees."""
        if not self.series.segment_id:
            return []
        rows = Series.objects.visible_to(self.by).filter(whole=self.series)
        rows = rows.select_related("client", "person")
        return list(rows.order_by("ended_on", "client__name_key", "pk")[:MOST_PARTS])

    @cached_property
    def part_count(self) -> int:
        rows = Series.objects.as_system(WHY).live()
        return rows.filter(whole=self.series, ended_on=None).count() if self.series.segment_id else 0

    # --- what was done with it ---------------------------------------------------------------------------------------

    @cached_property
    def lines(self) -> list[Line]:
        return lines_of(self.series)


def sentence_of(series: Series, by: Actor) -> str:
    return series.sentence(field_label=date_called(series.as_rule.field, by))


def coming(series: Series, by: Actor, number: int = NEXT) -> list[Coming]:
    """What comes next: open tasks after completion, else the days that the rule gives."""
    now = timezone.now()
    if series.as_rule.after_done and series.pk and tasks_of(series).exists():
        rows = Task.objects.visible_to(by).filter(series=series, state=Task.State.OPEN).order_by("at", "id")
        return [Coming(task.slot, local_day(task, series), task.due_at or task.start_at, None, task) for task in rows]
    found = ahead(series, number, now)
    tasks = {}
    if series.pk:
        rows = Task.objects.visible_to(by).filter(series=series, slot__in=[one.slot for one in found])
        tasks = {task.slot: task for task in rows}
    return [
        Coming(one.slot, one.day, one.moment if one.at else None, one.by_rule if one.is_moved else None,
               tasks.get(one.slot))
        for one in found
    ]  # fmt: skip


def ahead(series: Series, number: int, now: datetime) -> list[Occurrence]:
    """The next ones by the rule, today's among them where its hour is still to come or it has none."""
    today = datetime.combine(now.astimezone(series.place).date(), datetime.min.time(), series.place)
    found = Maker(now).first(series, number + 5, after=today - timedelta(microseconds=1))
    left = [one for one in found if one.at is None or one.moment > now]
    return left[: 1 if series.as_rule.after_done else number]


def local_day(task: Task, series: Series) -> date:
    return task.due_on or (task.at or task.created_at).astimezone(series.place).date()
