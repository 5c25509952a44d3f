"""The calendar of one person: days with what stands in them, and the list of what comes, as somebody may see it.

Days and times are those of the clock of whoever looks. Of a task that he may not see only its time is told, as "busy".
"""

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
# What says where a task stands.
NEEDED = ("pk", "start_at", "end_at", "due_at", "due_on", "estimate_minutes", "kind")
COLORS = {kind["key"]: kind["color"] for kind in KINDS}


class Stretch(NamedTuple):
    """Where a task stands; `start` is empty where it has a whole day."""

    task: int
    first: date
    last: date
    start: datetime | None = None
    end: datetime | None = None
    is_hidden: bool = False

    @property
    def order(self) -> tuple[bool, float, int]:
        return self.start is not None, self.start.timestamp() if self.start else 0, self.task


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
    def label(self) -> str:
        """All of it, to be said aloud."""
        marks = [_("late") if self.is_late else "", _("done") if self.state == "done" else ""]
        client = self.client if self.client != self.title else ""
        return ", ".join(part for part in (self.when, self.kind, self.title, client, *marks) if part)


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
        standing: dict[date, list[Stretch]] = {}
        for stretch in self.stretches(first, last):
            for day in days_between(max(stretch.first, first), min(stretch.last, last)):
                standing.setdefault(day, []).append(stretch)
        kept = {day: self.cut(each, None if day in whole else most) for day, each in standing.items()}
        values = self.values({each.task for rows in kept.values() for each in rows if not each.is_hidden})
        days = self.blank(list(days_between(first, last)), by_hours=by_hours)
        for day in days:
            day.count = len(standing.get(day.date, ()))
            for each in kept.get(day.date, ()):
                self.put(day, each, values.get(each.task))
            if by_hours:
                lay(day.timed)
        return days

    @staticmethod
    def cut(rows: list[Stretch], most: int | None) -> list[Stretch]:
        return sorted(rows, key=lambda each: each.order)[:most]

    # --- what there is

    def own(self, span: Q, since: datetime) -> Any:
        """What he does and what he comes along to, as far as `by` sees it; nothing that turned out to be needless."""
        along = Participant.objects.visible_to(self.by).filter(person=self.person, kind=Participant.Kind.ATTENDEE)
        along = list(along.filter(trashed_at=None, task__at__gte=since).values_list("task_id", flat=True))
        whose = Q(person=self.person) | Q(pk__in=along) if along else Q(person=self.person)
        return Task.objects.visible_to(self.by).filter(whose, span).exclude(state=Task.State.DROPPED)

    def stretches(self, first: date, last: date) -> Iterator[Stretch]:
        start, end = borders(self.zone, first)[0], borders(self.zone, last)[1]
        timed = Look(self.by, [self.person], start, end).between()
        # What has a whole day stands at its end in the zone of whoever does it.
        near = Q(at__gte=start - ONE, at__lt=end + ONE)
        days = Q(start_at=None, due_at=None, due_on__gte=first, due_on__lte=last) & near
        own = self.own((timed & ~Q(start_at=None, due_at=None)) | days, start - Task.LONGEST)
        seen = set()
        for values in own.values(*NEEDED):
            seen.add(values["pk"])
            if (stretch := self.stretch_of(values)).last >= first:
                yield stretch
        if self.person.pk != self.by.pk:
            for pk, _person, begins, ends in unseen([self.person], timed, list(seen)):
                yield self.stretch(pk, begins, ends, is_hidden=True)

    def stretch_of(self, values: dict[str, Any]) -> Stretch:
        if values["start_at"] is None and values["due_at"] is None:
            return Stretch(values["pk"], values["due_on"], values["due_on"])
        return self.stretch(values["pk"], *span_of(values))

    def stretch(self, task: int, start: datetime, end: datetime, *, is_hidden: bool = False) -> Stretch:
        start, end = start.astimezone(self.zone), end.astimezone(self.zone)
        first = start.date()
        last = max(first, (end - timedelta(microseconds=1)).date()) if end.date() != first else first
        return Stretch(task, first, last, start, end, is_hidden)

    def values(self, tasks: Collection[int]) -> dict[int, dict[str, Any]]:
        """All that is told of the tasks `tasks`."""
        if not tasks:
            return {}
        rows = Task.objects.visible_to(self.by).filter(pk__in=list(tasks)).values("pk", *COLUMNS)
        found = {values["pk"]: values for values in rows}
        if self.by.may(CHANGE):
            movable = Task.objects.visible_to(self.by, CHANGE).filter(pk__in=list(found), state=Task.State.OPEN)
            for pk in movable.values_list("pk", flat=True):
                found[pk]["can_move"] = True
        return found

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
        entry.minutes = self.minute_in(stretch.end, day.date) - entry.at
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
        mine = self.own(span, moment).order_by("at", "pk")
        found = [(values["at"], self.stretch_of(values)) for values in mine.values("at", *NEEDED)[: A_PAGE + 1]]
        found += self.agenda_of_busy(span)
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
        return [(start, self.stretch(pk, start, end, is_hidden=True)) for pk, _person, start, end in rows]

    def by_day(self, stretches: Iterable[Stretch], values: dict[int, dict[str, Any]]) -> Iterator[Day]:
        """Each under the day on which it begins."""
        rows: dict[date, list[Stretch]] = {}
        for each in stretches:
            rows.setdefault(each.first, []).append(each)
        for day in self.blank(sorted(rows)) if rows else ():
            for stretch in self.cut(rows[day.date], None):
                self.put(day, stretch, values.get(stretch.task))
            yield day
