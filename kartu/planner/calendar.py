"""The calendar of one person: days with what stands in them, and the list of what comes, as somebody may see it.

Days and times are those of the clock of whoever looks. Of a task that he may not see only its time is told, as "busy".
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.firm import clock
from kartu.firm.clock import borders
from kartu.firm.models import User
from kartu.firm.working import Book, Off, days_between
from kartu.firm.working_words import clock as shown_as
from kartu.firm.working_words import span_words
from kartu.planner.books import book_of
from kartu.planner.busy import Busy, busy, next_busy
from kartu.planner.days import Day, Entry
from kartu.planner.lanes import lay
from kartu.planner.minutes import A_DAY, Clock, Days, Minutes, minute, moment_of
from kartu.planner.models import Participant, Task
from kartu.planner.models.task import ICONS
from kartu.planner.rights import CHANGE
from kartu.planner.timeline import SPAN, TOLD, Look, between, is_late, off_of, state_of, url_of
from kartu.planner.timeline_words import KINDS
from kartu.security.prepared import USUAL, Value, asked, filled_up, moment_place, place, place_of, reach_of

ONE = timedelta(days=1)
A_PAGE = 50
# Of so many tasks is told in one query: of those that stand in a month, and of a page of the list.
AT_ONCE = 200
SHOWN = (Task.State.OPEN, Task.State.REVIEW, Task.State.DONE)
EPOCH = date(1970, 1, 1).toordinal()
COLORS = {kind["key"]: kind["color"] for kind in KINDS}


class Stretch(NamedTuple):
    """Where a task stands: from a minute of the epoch to another, or on a `day` of the epoch as a whole."""

    task: int
    start: int | None = None
    end: int | None = None
    day: int | None = None


# The columns of a Stretch: numbers, since thousands are read to be counted.
STRETCH = ("pk", SPAN["start"], SPAN["end"], Days("due_on"))
# What is told of a task.
NAMES = (*TOLD, "begins", "late")
TOLD_ROW = ("pk", *Stretch._fields[1:], *NAMES)


@dataclass(frozen=True)
class Calendar:
    """`by` looking at what `person` has to do."""

    by: User
    person: User

    @cached_property
    def zone(self) -> Any:
        return timezone.get_current_timezone()

    @cached_property
    def clock(self) -> Clock:
        return Clock(self.zone)

    @cached_property
    def reach(self) -> Hashable:
        return reach_of(Task, self.by)

    @cached_property
    def kinds(self) -> dict[str, tuple[str, str, str]]:
        """The word, the picture and the colour of each kind, made once and not for each task."""
        return {kind.value: (str(kind.label), ICONS[kind], COLORS.get(kind, "c6")) for kind in Task.Kind}

    def days(
        self, first: date, last: date, *, most: int | None = None, whole: Collection[date] = (), by_hours: bool = False
    ) -> list[Day]:
        """The days from `first` to `last`; no more than `most` in each but in those of `whole`. `by_hours`: with what
        is needed to draw hours."""
        days = self.blank(list(days_between(first, last)), by_hours=by_hours)
        kept: list[tuple[Day, list[tuple]]] = []
        # Where all are shown they are told of at once; of thousands of which a few are shown only these.
        is_told = most is None
        for day, rows in zip(days, self.standing(days, is_told=is_told), strict=True):
            day.count = len(rows)
            kept.append((day, rows if day.date in whole else rows[:most]))
        found = {row[0]: row for _day, rows in kept for row in rows}
        values = self.named(TOLD_ROW, filter(is_told_of, found.values())) if is_told else self.values(found)
        for day, rows in kept:
            for row in rows:
                self.put(day, row, values.get(row[0]))
            if by_hours:
                lay(day.timed)
        return days

    # --- what there is

    def along(self, since: datetime) -> list[int]:
        """The tasks to which he comes along, and which do not lie before `since`; `by` may see them or not."""
        return [pk for (pk,) in asked("calendar.along", coming_along, [self.person.pk, since])]

    def own(self, along: list[int], person: int) -> QuerySet:
        """What he (`person`) does and what he comes along to, as far as `by` sees it; nothing that turned out to be
        needless."""
        whose = Q(person=person) | Q(pk__in=along) if along else Q(person=person)
        return Task.objects.visible_to(self.by).filter(whose, state__in=SHOWN)

    def standing(self, days: list[Day], *, is_told: bool) -> list[list[tuple]]:
        """What stands in each of `days`, which follow one another, as the values of a Stretch and in the order of time:
        what has the whole day first. `is_told`: with the values of NAMES behind them, where `by` sees them."""
        first, last = days[0].date, days[-1].date
        edges = [minute(clock.moment(self.zone, day)) for day in days_between(first, last + ONE)]
        whole: list[list[tuple]] = [[] for _day in days]
        timed: list[list[tuple]] = [[] for _day in days]
        at, following = 0, edges[1]
        for row in self.stretches(first, last, edges[0], edges[-1], is_told=is_told):
            _task, start, end, day, *_told = row
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

    def stretches(self, first: date, last: date, begins: int, ends: int, *, is_told: bool) -> list[tuple]:
        """All of them, each beginning no earlier than the one before it; `is_told`: with the values of NAMES behind."""
        start, end = moment_of(begins), moment_of(ends)
        # What has a whole day stands at its end in the zone of whoever does it.
        values = [self.person.pk, first, last, start, end, start - Task.LONGEST, start - ONE, end + ONE]
        if is_told:
            rows = self.asked("calendar.told_stretches", self.told_around, [*values, timezone.now()], since=values[5])
        else:
            rows = self.asked("calendar.stretches", self.around, values, since=values[5])
        # What is only due ends when it is thought to be done, by which nothing can be found.
        found = [row for row in rows if row[2] is None or row[2] > begins]
        if self.person.pk != self.by.pk:
            timed = Look(self.by, [self.person], start, end).when()
            found += [hidden_of(each) for each in busy([self.person], timed, {row[0] for row in found})]
            found.sort(key=lambda row: (row[1] or begins, row[0]))
        return found

    def asked(
        self, name: str, make: Callable[..., QuerySet], values: Sequence[Value], *, since: datetime
    ) -> list[Sequence]:
        """What `make` finds: a query of the tasks to which he comes along (`since`) and of `values`."""
        along, reach = self.along(since), self.reach
        places = [place_of(value, number) for number, value in enumerate(values)]
        if not along:
            return asked((name, reach), lambda: make([], *places), values)
        if len(along) > USUAL:
            return list(make(along, *values))
        ahead = [place(len(values) + number) for number in range(USUAL)]
        return asked((name, "along", reach), lambda: make(ahead, *places), [*values, *filled_up(along)])

    def told_around(self, *values: Any) -> QuerySet:
        return telling(self.near(*values[:-1]), values[-1]).values_list(*STRETCH, *NAMES)

    def around(self, *values: Any) -> QuerySet:
        return self.near(*values).values_list(*STRETCH)

    def near(
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
        return rows.order_by("at", "pk")

    def values(self, tasks: Collection[int]) -> dict[int, dict[str, Any]]:
        """All that is told of those of `tasks` that `by` sees."""
        key, wanted, now = ("calendar.told", self.reach), sorted(tasks), timezone.now()
        parts = [filled_up(wanted[at : at + AT_ONCE], AT_ONCE) for at in range(0, len(wanted), AT_ONCE)]
        rows = (row for part in parts for row in asked(key, self.told_of, [*part, now]))
        return self.named(("pk", *NAMES), rows)

    def told_of(self) -> QuerySet:
        rows = Task.objects.visible_to(self.by).filter(pk__in=[place(number) for number in range(AT_ONCE)])
        return telling(rows, moment_place(AT_ONCE)).values_list("pk", *NAMES)

    def named(self, names: Sequence[str], rows: Iterable[Sequence]) -> dict[int, dict[str, Any]]:
        """The number of each task, with its values by `names`, and whether it may be moved."""
        found = {row[0]: dict(zip(names, row, strict=True)) for row in rows}
        movable = set(self.movable(found.values())) if self.by.may(CHANGE) else ()
        for pk, values in found.items():
            values["can_move"] = pk in movable
        return found

    def movable(self, rows: Iterable[dict[str, Any]]) -> Iterator[int]:
        """Which of these tasks `by` may move: his own, and others as far as his right goes."""
        others, me = [], self.by.pk
        for values in rows:
            if values["state"] == Task.State.OPEN:
                if values["person_id"] == me:
                    yield values["pk"]
                else:
                    others.append(values["pk"])
        if others:
            yield from Task.objects.visible_to(self.by, CHANGE).filter(pk__in=others).values_list("pk", flat=True)

    # --- days

    def blank(self, dates: list[date], *, by_hours: bool = False) -> list[Day]:
        book = book_of(self.person, dates[0], dates[-1])
        today, days = timezone.localdate(), []
        for day in dates:
            off, why = book.off(self.person, day)
            days.append(Day(day, day == today, why, off in (Off.HOLIDAY, Off.ABSENCE)))
            if by_hours:
                days[-1].rests = list(self.rests(book, day))
        return days

    def rests(self, book: Book, day: date) -> Iterator[tuple[int, int, str]]:
        for off in off_of(book, self.person, *borders(self.zone, day)):
            at, until = (minute_in(self.clock.shows(off[name]), day) for name in ("start", "end"))
            yield at, until - at, off.get("why", "")

    def put(self, day: Day, row: tuple, values: dict[str, Any] | None) -> None:
        """`row` begins with the values of a Stretch."""
        entry = self.entry(row[0], values)
        if row[1] is None:
            day.whole.append(entry)
            return
        start, end = self.clock.shows(row[1]), self.clock.shows(row[2])
        entry.begins, entry.when = shown_as(start % A_DAY), span_words(start % A_DAY, end % A_DAY)
        entry.span, entry.at = row[1:3], minute_in(start, day.date)
        # Where the clock is put back an hour, what ends may show less than what begins.
        entry.minutes = max(1, minute_in(end, day.date) - entry.at)
        (day.whole if entry.minutes >= A_DAY else day.timed).append(entry)

    def entry(self, task: int, values: dict[str, Any] | None) -> Entry:
        if values is None:
            return Entry(task, _("Busy"), is_hidden=True)
        kind, icon, color = self.kinds[values["kind"]]
        return Entry(
            task,
            values["title"],
            kind=kind,
            icon=icon,
            color=color,
            client=values["client__name"] or "",
            state=state_of(values),
            url=url_of(values),
            is_late=bool(values["late"]),
            can_move=values["can_move"],
            version=values["version"],
            is_due=values["begins"] is None,
        )

    # --- what comes, page by page

    def agenda(self, start: date, after: tuple[datetime, int] | None = None) -> tuple[list[Day], str]:
        """A page of what stands from `start` on, or comes behind `after`, by days; and where the next one goes on."""
        behind = after or (borders(self.zone, start)[0], 0)
        rows = self.asked("calendar.agenda", self.following, [self.person.pk, *behind], since=behind[0])
        found = [(row[-1], Stretch(*row[:-1])) for row in rows] + self.agenda_of_busy(later(*behind))
        found.sort(key=lambda each: (each[0], each[1].task))
        page = found[:A_PAGE]
        values = self.values({each.task for _at, each in page})
        at, last = page[-1] if page else (behind[0], None)
        following = f"{at.isoformat()}~{last.task}" if len(found) > A_PAGE else ""
        return list(self.by_day((each for _at, each in page), values)), following

    def following(self, along: list[int], person: int, moment: datetime, pk: int) -> QuerySet:
        """A page of what comes behind the task `pk`, which stands at `moment`, and one more."""
        rows = self.own(along, person).filter(later(moment, pk)).order_by("at", "pk")
        return rows.values_list(*STRETCH, "at")[: A_PAGE + 1]

    def agenda_of_busy(self, span: Q) -> list[tuple[datetime, Stretch]]:
        if self.person.pk == self.by.pk:
            return []
        seen = Task.objects.visible_to(self.by).filter(span)
        return [(at, hidden_of(each)) for at, each in next_busy([self.person], span, seen, A_PAGE + 1)]

    def by_day(self, stretches: Iterable[Stretch], values: dict[int, dict[str, Any]]) -> Iterator[Day]:
        """Each under the day on which it begins."""
        rows: dict[date, list[Stretch]] = {}
        for each in stretches:
            number = each.day if each.start is None else self.clock.shows(each.start) // A_DAY
            rows.setdefault(date.fromordinal(EPOCH + number), []).append(each)
        for day in self.blank(sorted(rows)) if rows else ():
            for stretch in sorted(rows[day.date], key=lambda each: each.start is not None):
                self.put(day, stretch, values.get(stretch.task))
            yield day


def coming_along() -> QuerySet:
    """The tasks to which somebody comes along, from a moment on."""
    rows = Participant.objects.as_system("to which tasks somebody comes along, before it is asked who sees them")
    rows = rows.filter(person=place(0), kind=Participant.Kind.ATTENDEE, trashed_at=None)
    return rows.filter(task__at__gte=moment_place(1)).values_list("task_id")


def later(moment: datetime, pk: int) -> Q:
    """What comes behind the task `pk`, which stands at `moment`."""
    return Q(at__gte=moment) & (Q(at__gt=moment) | Q(pk__gt=pk))


def hidden_of(each: Busy) -> Stretch:
    return Stretch(each.task, each.start, each.end)


def minute_in(shown: int, day: date) -> int:
    """What a `Clock` shows, as minutes of `day`: 0 before it, all of them after it."""
    return min(max(shown - (day.toordinal() - EPOCH) * A_DAY, 0), A_DAY)


def is_told_of(row: tuple) -> bool:
    """Whether more was read of it than where it stands."""
    return len(row) == len(TOLD_ROW)


def telling(rows: QuerySet, now: datetime) -> QuerySet:
    """`rows`, with what NAMES has beside the columns of a task."""
    return rows.annotate(begins=Minutes("start_at"), late=is_late(now))
