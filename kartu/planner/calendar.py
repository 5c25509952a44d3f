"""The calendar of one person: days with what stands in them, and the list of what comes, as somebody may see it.

Days and times are those of the clock of whoever looks. Of a task that he may not see only its time is told, as "busy".
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.formats import format_time
from kartu.firm import clock
from kartu.firm.clock import borders
from kartu.firm.models import User
from kartu.firm.working import Book, Off, days_between
from kartu.planner.busy import Busy, busy, next_busy
from kartu.planner.lanes import lay
from kartu.planner.minutes import Days, Minutes, minute, moment_of
from kartu.planner.models import Participant, Task
from kartu.planner.models.task import ICONS
from kartu.planner.rights import CHANGE
from kartu.planner.timeline import SPAN, TOLD, Look, between, off_of, told, url_of
from kartu.planner.timeline_words import KINDS
from kartu.security.prepared import PLACES, USUAL, asked, day_place, filled_up, moment_place, place, reach_of

ONE = timedelta(days=1)
DAY_MINUTES = 24 * 60
A_PAGE = 50
SHOWN = (Task.State.OPEN, Task.State.REVIEW, Task.State.DONE)
EPOCH = date(1970, 1, 1).toordinal()
# The columns of a Stretch: numbers, since thousands are read to be counted.
STRETCH = ("pk", SPAN["start"], SPAN["end"], Days("due_on"))
COLORS = {kind["key"]: kind["color"] for kind in KINDS}


class Stretch(NamedTuple):
    """Where a task stands: from a minute of the epoch to another, or on a `day` of the epoch as a whole."""

    task: int
    start: int | None = None
    end: int | None = None
    day: int | None = None

    @property
    def date(self) -> date:
        return date.fromordinal(EPOCH + self.day)


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
    # Minutes of the epoch between which it stands, None where it has a whole day; and whether it is only due then.
    span: tuple[int, int] | None = None
    is_due: bool = False
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
            kept.append((day, [Stretch(*row) for row in (rows if day.date in whole else rows[:most])]))
        values = self.values({each.task for _day, rows in kept for each in rows})
        for day, rows in kept:
            for each in rows:
                self.put(day, each, values.get(each.task))
            if by_hours:
                lay(day.timed)
        return days

    # --- what there is

    def along(self, since: datetime) -> list[int]:
        """The tasks to which he comes along, and which do not lie before `since`; `by` may see them or not."""
        rows = Participant.objects.as_system("to which tasks somebody comes along, before it is asked who sees them")
        rows = rows.filter(person=place(0), kind=Participant.Kind.ATTENDEE, trashed_at=None)
        rows = rows.filter(task__at__gte=moment_place(1)).values_list("task_id")
        return [pk for (pk,) in asked("calendar.along", lambda: rows, [self.person.pk, since])]

    def own(self, along: list[int], person: int) -> QuerySet:
        """What he (`person`) does and what he comes along to, as far as `by` sees it; nothing that turned out to be
        needless."""
        whose = Q(person=person) | Q(pk__in=along) if along else Q(person=person)
        return Task.objects.visible_to(self.by).filter(whose, state__in=SHOWN)

    def standing(self, days: list[Day]) -> list[list[tuple]]:
        """What stands in each of `days`, which follow one another, as the values of a Stretch and in the order of time:
        what has the whole day first."""
        first, last = days[0].date, days[-1].date
        edges = [minute(clock.moment(self.zone, day)) for day in days_between(first, last + ONE)]
        whole: list[list[tuple]] = [[] for _day in days]
        timed: list[list[tuple]] = [[] for _day in days]
        at, following = 0, edges[1]
        for row in self.stretches(first, last, edges[0], edges[-1]):
            _task, start, end, day = row
            if start is None:
                whole[day + EPOCH - first.toordinal()].append(row)
                continue
            while start >= following:
                at += 1
                following = edges[at + 1]
            # Most end on the day on which they begin, and these are many.
            if end <= following:
                timed[at].append(row)
            else:
                for index in range(at, min(bisect_left(edges, end), len(days))):
                    timed[index].append(row)
        return [own + others for own, others in zip(whole, timed, strict=True)]

    def stretches(self, first: date, last: date, begins: int, ends: int) -> list[tuple]:
        """All of them, each beginning no earlier than the one before it."""
        start, end = moment_of(begins), moment_of(ends)
        # What has a whole day stands at its end in the zone of whoever does it.
        values = [self.person.pk, first, last, start, end, start - Task.LONGEST, start - ONE, end + ONE]
        places = [place(0), day_place(1), day_place(2), *map(moment_place, range(3, 8))]
        along = self.along(start - Task.LONGEST)
        key = ("calendar.stretches", bool(along), reach_of(Task, self.by))
        if not along:
            rows = asked(key, lambda: self.around([], *places), values)
        elif len(along) <= USUAL:
            ahead = [place(number) for number in range(8, 8 + USUAL)]
            rows = asked(key, lambda: self.around(ahead, *places), [*values, *filled_up(along)])
        else:
            rows = list(self.around(along, *values))
        # What is only due ends when it is thought to be done, by which nothing can be found.
        found = [row for row in rows if row[2] is None or row[2] > begins]
        if self.person.pk != self.by.pk:
            timed = Look(self.by, [self.person], start, end).when()
            found += [hidden_of(each) for each in busy([self.person], timed, {row[0] for row in found})]
            found.sort(key=lambda row: (row[1] or begins, row[0]))
        return found

    def around(
        self,
        along: list[int],
        person: int,
        first: date,
        last: date,
        start: datetime,
        end: datetime,
        earliest: datetime,
        due_from: datetime,
        latest: datetime,
    ) -> QuerySet:
        days = Q(start_at=None, due_at=None, due_on__gte=first, due_on__lte=last)
        timed = between(start, end, earliest, due_from) & ~Q(start_at=None, due_at=None)
        rows = self.own(along, person).filter(Q(at__gte=earliest, at__lt=latest) & (days | timed))
        return rows.order_by("at", "pk").values_list(*STRETCH)

    def values(self, tasks: Collection[int]) -> dict[int, dict[str, Any]]:
        """All that is told of those of `tasks` that `by` sees."""
        names, wanted = ("pk", *TOLD, "begins"), sorted(tasks)
        key = ("calendar.told", reach_of(Task, self.by))
        found = {
            row[0]: dict(zip(names, row, strict=True))
            for at in range(0, len(wanted), USUAL)
            for row in asked(key, lambda: self.told_of(PLACES).values_list(*names), filled_up(wanted[at : at + USUAL]))
        }
        for pk in self.movable(found.values()) if self.by.may(CHANGE) else ():
            found[pk]["can_move"] = True
        return found

    def told_of(self, tasks: list[int]) -> QuerySet:
        return Task.objects.visible_to(self.by).filter(pk__in=tasks).annotate(begins=Minutes("start_at"))

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
            off, why = book.off(self.person, day)
            days.append(Day(day, day == today, why, off in (Off.HOLIDAY, Off.ABSENCE)))
            if by_hours:
                days[-1].rests = list(self.rests(book, day))
        return days

    def rests(self, book: Book, day: date) -> Iterator[tuple[int, int, str]]:
        for off in off_of(book, self.person, *borders(self.zone, day)):
            at, until = (minute_in(moment_of(off[name]).astimezone(self.zone), day) for name in ("start", "end"))
            yield at, until - at, off.get("why", "")

    def put(self, day: Day, stretch: Stretch, values: dict[str, Any] | None) -> None:
        if stretch.start is None:
            day.whole.append(self.entry(stretch, None, values))
            return
        start, end = (moment_of(each).astimezone(self.zone) for each in (stretch.start, stretch.end))
        entry = self.entry(stretch, (start, end), values)
        entry.at = minute_in(start, day.date)
        # Where the clock is put back an hour, what ends may show less than what begins.
        entry.minutes = max(1, minute_in(end, day.date) - entry.at)
        (day.whole if entry.minutes >= DAY_MINUTES else day.timed).append(entry)

    def entry(self, stretch: Stretch, span: tuple[datetime, datetime] | None, values: dict[str, Any] | None) -> Entry:
        begins = format_time(span[0]) if span else ""
        when = f"{begins}–{format_time(span[1])}" if span else ""
        if values is None:
            return Entry(stretch.task, _("Busy"), begins, when, is_hidden=True)
        said, kind = told(values), Task.Kind(values["kind"])
        return Entry(
            **{"task": stretch.task, "title": said["title"], "begins": begins, "when": when, "kind": str(kind.label)},
            **{"icon": ICONS[kind], "color": COLORS.get(kind, "c6"), "client": said["client"], "url": url_of(values)},
            **{"state": said["state"], "is_late": said["late"], "version": said["version"]},
            **{"can_move": values.get("can_move", False), "is_due": values["begins"] is None},
            span=None if stretch.start is None else (stretch.start, stretch.end),
        )

    # --- what comes, page by page

    def agenda(self, start: date, after: tuple[datetime, int] | None = None) -> tuple[list[Day], str]:
        """A page of what stands from `start` on, or comes behind `after`, by days; and where the next one goes on."""
        moment = after[0] if after else borders(self.zone, start)[0]
        span = Q(at__gt=moment) | Q(at=moment, pk__gt=after[1]) if after else Q(at__gte=moment)
        mine = self.own(self.along(moment), self.person.pk).filter(span).order_by("at", "pk")
        mine = mine.values_list(*STRETCH, "at")[: A_PAGE + 1]
        found = [(row[-1], Stretch(*row[:-1])) for row in mine] + self.agenda_of_busy(span)
        found.sort(key=lambda each: (each[0], each[1].task))
        page = found[:A_PAGE]
        values = self.values({each.task for _at, each in page})
        at, last = page[-1] if page else (moment, None)
        following = f"{at.isoformat()}~{last.task}" if len(found) > A_PAGE else ""
        return list(self.by_day((each for _at, each in page), values)), following

    def agenda_of_busy(self, span: Q) -> list[tuple[datetime, Stretch]]:
        if self.person.pk == self.by.pk:
            return []
        seen = Task.objects.visible_to(self.by).filter(span)
        return [(at, hidden_of(each)) for at, each in next_busy([self.person], span, seen, A_PAGE + 1)]

    def by_day(self, stretches: Iterable[Stretch], values: dict[int, dict[str, Any]]) -> Iterator[Day]:
        """Each under the day on which it begins."""
        rows: dict[date, list[Stretch]] = {}
        for each in stretches:
            day = each.date if each.start is None else moment_of(each.start).astimezone(self.zone).date()
            rows.setdefault(day, []).append(each)
        for day in self.blank(sorted(rows)) if rows else ():
            for stretch in sorted(rows[day.date], key=lambda each: each.start is not None):
                self.put(day, stretch, values.get(stretch.task))
            yield day


def hidden_of(each: Busy) -> Stretch:
    return Stretch(each.task, each.start, each.end)


def minute_in(there: datetime, day: date) -> int:
    """What the clock shows `there`, as minutes of `day`: 0 before it, all of them after it."""
    if there.date() != day:
        return 0 if there.date() < day else DAY_MINUTES
    return clock.minute_of(there)
