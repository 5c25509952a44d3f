"""The calendar of one person: days with what stands in them, and the list of what comes, as somebody may see it.

Days and times are those of the clock of whoever looks. Of a task that he may not see only its time is told, as "busy".
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.formats import format_time
from kartu.firm.clock import borders
from kartu.firm.models import User
from kartu.firm.working import Book, Off, days_between
from kartu.planner.lanes import lay
from kartu.planner.models import Participant, Task
from kartu.planner.models.task import ICONS, LIVE
from kartu.planner.rights import CHANGE
from kartu.planner.timeline import COLUMNS, Look, moment_of, off_of, span_of, told, unseen, url_of
from kartu.planner.timeline_words import KINDS

ONE = timedelta(days=1)
DAY_MINUTES = 24 * 60
A_PAGE = 50
SHOWN = (Task.State.OPEN, Task.State.REVIEW, Task.State.DONE)
# What says where a task stands.
NEEDED = ("pk", "start_at", "end_at", "due_at", "due_on", "estimate_minutes", "kind")
COLORS = {kind["key"]: kind["color"] for kind in KINDS}


class Stretch(NamedTuple):
    """Where a task stands: from a moment to another, or on a `day` as a whole."""

    task: int
    start: datetime | None = None
    end: datetime | None = None
    day: date | None = None
    is_hidden: bool = False


@dataclass
class Entry:
    """A task, or that somebody is busy, in one day."""

    task: int
    title: str
    # "10:07", and "10:07–10:47".
    begins: str = ""
    when: str = ""
    kind: str = ""
    icon: str = "lock"
    color: str = "c6"
    client: str = ""
    state: str = ""
    url: str = ""
    is_hidden: bool = False
    is_late: bool = False
    can_move: bool = False
    version: int = 0
    # Minutes of the day at which it begins, and how many it takes there; and beside how many others.
    at: int = 0
    minutes: int = 0
    lane: int = 0
    lanes: int = 1

    @property
    def unseen(self) -> str:
        """What its colours and its picture say, in words."""
        marks = [_("late") if self.is_late else "", _("done") if self.state == "done" else ""]
        return ", ".join(part for part in (self.kind, *marks) if part)


@dataclass
class Day:
    """`off` says why nobody works, "" on a working day; `named` whether that is more than a weekend."""

    date: date
    is_today: bool = False
    off: str = ""
    is_named: bool = False
    count: int = 0
    whole: list[Entry] = field(default_factory=list)
    timed: list[Entry] = field(default_factory=list)
    # [(minute, minutes, why)] in which he does not work.
    rests: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def entries(self) -> list[Entry]:
        return [*self.whole, *self.timed]

    @property
    def more(self) -> int:
        return self.count - len(self.whole) - len(self.timed)


@dataclass
class Cell:
    """A day of a month."""

    day: Day
    name: str
    url: str
    # The month with the list of this day below it.
    here: str
    entries: list[Entry]
    is_other: bool = False
    is_chosen: bool = False

    @property
    def more(self) -> int:
        return self.day.count - len(self.entries)


@dataclass(frozen=True)
class Calendar:
    """`by` looking at what `person` has to do."""

    by: User
    person: User

    @cached_property
    def zone(self) -> Any:
        return timezone.get_current_timezone()

    def days(
        self, first: date, last: date, *, most: int | None = None, whole: Collection[date] = (), by_hours: bool = False
    ) -> list[Day]:
        """The days from `first` to `last`; no more than `most` in each but in those of `whole`. `by_hours`: with what
        is needed to draw hours."""
        days = self.blank(list(days_between(first, last)), by_hours=by_hours)
        kept: list[tuple[Day, list[Stretch]]] = []
        for day, rows in zip(days, self.standing(days), strict=True):
            day.count = len(rows)
            kept.append((day, rows if day.date in whole else rows[:most]))
        values = self.values({each.task for _day, rows in kept for each in rows if not each.is_hidden})
        for day, rows in kept:
            for each in rows:
                self.put(day, each, values.get(each.task))
            if by_hours:
                lay(day.timed)
        return days

    # --- what there is

    def own(self, span: Q, since: datetime) -> Any:
        """What he does and what he comes along to, as far as `by` sees it; nothing that turned out to be needless."""
        along = Participant.objects.visible_to(self.by).filter(person=self.person, kind=Participant.Kind.ATTENDEE)
        along = list(along.filter(trashed_at=None, task__at__gte=since).values_list("task_id", flat=True))
        whose = Q(person=self.person) | Q(pk__in=along) if along else Q(person=self.person)
        return Task.objects.visible_to(self.by).filter(whose, span, state__in=SHOWN)

    def standing(self, days: list[Day]) -> list[list[Stretch]]:
        """What stands in each of `days`, which follow one another: what has the whole day first."""
        first, last = days[0].date, days[-1].date
        edges = [borders(self.zone, day)[0] for day in days_between(first, last + ONE)]
        whole: list[list[Stretch]] = [[] for _day in days]
        timed: list[list[Stretch]] = [[] for _day in days]
        for each in self.stretches(first, last, edges[0], edges[-1]):
            if each.start is None:
                whole[(each.day - first).days].append(each)
                continue
            # Most end on the day on which they begin, and these are many.
            at = max(0, bisect_right(edges, each.start) - 1)
            until = at if each.end <= edges[at + 1] else min(bisect_left(edges, each.end) - 1, len(days) - 1)
            for index in range(at, until + 1):
                timed[index].append(each)
        return [own + others for own, others in zip(whole, timed, strict=True)]

    def stretches(self, first: date, last: date, start: datetime, end: datetime) -> list[Stretch]:
        timed = Look(self.by, [self.person], start, end).between()
        days = Q(start_at=None, due_at=None, due_on__gte=first, due_on__lte=last)
        # What has a whole day stands at its end in the zone of whoever does it.
        near = Q(at__gte=start - Task.LONGEST, at__lt=end + ONE)
        own = self.own(near & (days | (timed & ~Q(start_at=None, due_at=None))), start - Task.LONGEST)
        own = own.order_by("at", "pk")
        found = [stretch_of(*row) for row in own.values_list(*NEEDED)]
        # What is only due ends when it is thought to be done, which the database does not know.
        found = [each for each in found if each.start is None or each.end > start]
        if self.person.pk != self.by.pk:
            found += map(hidden_of, unseen([self.person], timed, [each.task for each in found]))
            found.sort(key=lambda each: (each.start or start, each.task))
        return found

    def values(self, tasks: Collection[int]) -> dict[int, dict[str, Any]]:
        """All that is told of the tasks `tasks`."""
        if not tasks:
            return {}
        rows = Task.objects.visible_to(self.by).filter(pk__in=list(tasks)).values("pk", *COLUMNS)
        found = {values["pk"]: values for values in rows}
        for pk in self.movable(found.values()) if self.by.may(CHANGE) else ():
            found[pk]["can_move"] = True
        return found

    def movable(self, rows: Iterable[dict[str, Any]]) -> Iterator[int]:
        """Which of these tasks `by` may move: his own, and others as far as his right goes."""
        others = []
        for values in rows:
            if values["state"] == Task.State.OPEN:
                if values["person_id"] == self.by.pk:
                    yield values["pk"]
                else:
                    others.append(values["pk"])
        if others:
            yield from Task.objects.visible_to(self.by, CHANGE).filter(pk__in=others).values_list("pk", flat=True)

    # --- days

    def blank(self, dates: list[date], *, by_hours: bool = False) -> list[Day]:
        book = Book.of([self.person], dates[0], dates[-1])
        today, days = timezone.localdate(), []
        for day in dates:
            hours = book.hours(self.person, day)
            named = hours.off in (Off.HOLIDAY, Off.ABSENCE)
            days.append(Day(day, day == today, hours.why, named))
            if by_hours:
                days[-1].rests = list(self.rests(book, day))
        return days

    def rests(self, book: Book, day: date) -> Iterator[tuple[int, int, str]]:
        for off in off_of(book, self.person, *borders(self.zone, day)):
            at = self.minute_in(moment_of(off["start"]), day)
            until = self.minute_in(moment_of(off["end"]), day)
            yield at, until - at, off.get("why", "")

    def minute_in(self, moment: datetime, day: date) -> int:
        """What the clock shows at `moment`, as minutes of `day`: 0 before it, all of them after it."""
        there = moment.astimezone(self.zone)
        if there.date() != day:
            return 0 if there.date() < day else DAY_MINUTES
        return there.hour * 60 + there.minute

    def put(self, day: Day, stretch: Stretch, values: dict[str, Any] | None) -> None:
        entry = self.entry(stretch, values)
        if stretch.start is None:
            day.whole.append(entry)
            return
        entry.at = self.minute_in(stretch.start, day.date)
        # Where the clock is put back an hour, what ends may show less than what begins.
        entry.minutes = max(1, self.minute_in(stretch.end, day.date) - entry.at)
        (day.whole if entry.minutes >= DAY_MINUTES else day.timed).append(entry)

    def entry(self, stretch: Stretch, values: dict[str, Any] | None) -> Entry:
        begins = format_time(stretch.start) if stretch.start else ""
        when = f"{begins}–{format_time(stretch.end)}" if stretch.end else ""
        if values is None:
            return Entry(stretch.task, _("Busy"), begins, when, is_hidden=True)
        said, kind = told(values), Task.Kind(values["kind"])
        return Entry(
            **{"task": stretch.task, "title": said["title"], "begins": begins, "when": when, "kind": str(kind.label)},
            **{"icon": ICONS[kind], "color": COLORS.get(kind, "c6"), "client": said["client"], "url": url_of(values)},
            **{"state": said["state"], "is_late": said["late"], "version": said["version"]},
            can_move=values.get("can_move", False),
        )

    # --- what comes, page by page

    def agenda(self, start: date, after: tuple[datetime, int] | None = None) -> tuple[list[Day], str]:
        """A page of what stands from `start` on, or comes behind `after`, by days; and where the next one goes on."""
        moment = after[0] if after else borders(self.zone, start)[0]
        span = Q(at__gt=moment) | Q(at=moment, pk__gt=after[1]) if after else Q(at__gte=moment)
        mine = self.own(span, moment).order_by("at", "pk").values_list("at", *NEEDED)[: A_PAGE + 1]
        found = [(at, stretch_of(*row)) for at, *row in mine] + self.agenda_of_busy(span)
        found.sort(key=lambda each: (each[0], each[1].task))
        page = found[:A_PAGE]
        values = self.values({each.task for _at, each in page if not each.is_hidden})
        at, last = page[-1] if page else (moment, None)
        following = f"{at.isoformat()}~{last.task}" if len(found) > A_PAGE else ""
        return list(self.by_day((each for _at, each in page), values)), following

    def agenda_of_busy(self, span: Q) -> list[tuple[datetime, Stretch]]:
        if self.person.pk == self.by.pk:
            return []
        seen = Task.objects.visible_to(self.by).filter(LIVE, span, person=self.person).values("pk")
        rows = unseen([self.person], span, seen).order_by("at", "pk")[: A_PAGE + 1]
        return [(row[2], hidden_of(row)) for row in rows]

    def by_day(self, stretches: Iterable[Stretch], values: dict[int, dict[str, Any]]) -> Iterator[Day]:
        """Each under the day on which it begins."""
        rows: dict[date, list[Stretch]] = {}
        for each in stretches:
            rows.setdefault(each.day or each.start.astimezone(self.zone).date(), []).append(each)
        for day in self.blank(sorted(rows)) if rows else ():
            for stretch in sorted(rows[day.date], key=lambda each: each.start is not None):
                self.put(day, stretch, values.get(stretch.task))
            yield day


def stretch_of(
    pk: int,
    start: datetime | None,
    end: datetime | None,
    due_at: datetime | None,
    due_on: date | None,
    estimate: int | None,
    kind: str,
) -> Stretch:
    if start is not None:
        return Stretch(pk, start, end)
    if due_at is None:
        return Stretch(pk, day=due_on)
    values = {"start_at": None, "due_at": due_at, "estimate_minutes": estimate, "kind": kind}
    return Stretch(pk, *span_of(values))


def hidden_of(row: tuple[int, int, datetime, datetime]) -> Stretch:
    pk, _person, start, end = row
    return Stretch(pk, start, end, is_hidden=True)
