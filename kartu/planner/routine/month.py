"""What comes back in a month: each time by its rule, the hours by the estimates, and what of it collides."""

import calendar
from collections.abc import Callable, Iterable
from datetime import UTC, date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone

from kartu.core.actors import Actor, ends_of
from kartu.core.text import whole as number_in
from kartu.firm.clock import day_of
from kartu.firm.models import User
from kartu.firm.working import Book, DayHours, days_between, total
from kartu.planner.making import field_dates
from kartu.planner.models import Series, Task
from kartu.planner.models.series import beginning_of
from kartu.planner.recurrence import occurrences
from kartu.planner.rights import VIEW
from kartu.planner.routine.loads import Collision, Duty, FullDay, Group, Happening, Load, clash, overlap, pairs

WHY = "which recurring tasks are only there for those of single clients"
ONE_MINUTE, TICK = timedelta(minutes=1), timedelta(microseconds=1)
# A holiday moves what falls on the last day of a rule at most so far behind it.
SHIFTED = timedelta(days=31)
# So many are named who could take something over.
MOST_FREE = 3


class Inventory:
    """The routine of the month that begins on `first`, as far as `by` reaches by `right`.

    By the rules: what somebody has moved, or does for somebody who is away, counts where it falls by its series. What
    comes some time after the last one was done counts as far as its tasks stand there: when the next one is due nobody
    knows yet. The number of queries is the same however many people, series and times there are.
    """

    def __init__(self, by: Actor, first: date, right: str = VIEW) -> None:
        self.by, self.first, self.right = by, first.replace(day=1), right
        self.last = self.first.replace(day=calendar.monthrange(first.year, first.month)[1])

    # --- what is asked of the database -----------------------------------------------------------------------------

    @cached_property
    def reached(self) -> list[User]:
        """Those of whom `by` may know all their work, but for what is private: their hours can be compared."""
        ends = ends_of(self.by, self.right)
        people = User.objects.active().select_related("role", "team")
        if ends is not None:
            people = people.filter(Q(pk__in=(*ends.people, self.by.pk)) | Q(team_id__in=ends.teams))
        return [person for person in people.order_by("name", "pk") if person.may(VIEW)]

    @cached_property
    def rows(self) -> list[Series]:
        """Those that make tasks by themselves and may come in the month."""
        wholes = Series.objects.as_system(WHY).filter(whole__isnull=False).order_by().values("whole_id")
        rows = Series.objects.visible_to(self.by, self.right).filter(segment=None, person__is_active=True)
        rows = rows.exclude(pk__in=wholes).filter(starts_on__lte=self.last + SHIFTED)
        rows = rows.filter(Q(until=None) | Q(until__gte=self.first - SHIFTED))
        return list(rows.select_related("person", "person__team", "whole", "client").order_by("title", "pk"))

    @cached_property
    def people(self) -> list[User]:
        """Whose routine it is; those who have none, too, for theirs are the free hands."""
        found = {person.pk: person for person in self.reached}
        for series in self.rows:
            found.setdefault(series.person_id, series.person)
        return sorted(found.values(), key=lambda person: (person.name, person.pk))

    @cached_property
    def book(self) -> Book:
        return Book.of(self.people, self.first, self.last)

    @cached_property
    def made(self) -> dict[tuple[int, str], Task]:
        """Tasks that stand there already, of those that `by` sees."""
        rows = Task.objects.visible_to(self.by, self.right).filter(series__in=[series.pk for series in self.rows])
        start, end = beginning_of(self.first, UTC) - SHIFTED, beginning_of(self.last, UTC) + SHIFTED
        return {(task.series_id, task.slot): task for task in rows.filter(at__gte=start, at__lt=end)}

    @cached_property
    def made_of(self) -> dict[int, list[Task]]:
        found: dict[int, list[Task]] = {}
        for task in sorted(self.made.values(), key=lambda task: (task.at, task.pk)):
            found.setdefault(task.series_id, []).append(task)
        return found

    # --- when it comes ---------------------------------------------------------------------------------------------

    @cached_property
    def happenings(self) -> dict[int, list[Happening]]:
        """Series -> its times in the month."""
        dates = field_dates(self.rows)
        # The clients of a segment have the same rule: it is gone through once.
        kept: dict[tuple, list] = {}
        found = {}
        for series, day in zip(self.rows, dates, strict=True):
            if series.as_rule.after_done:
                found[series.pk] = self.after_done(series)
                continue
            born = series.created_at.astimezone(series.place).date()
            key = (series.rule, series.starts_on, series.at, series.zone, series.person_id, day, born)
            if key not in kept:
                kept[key] = self.ones(series, day, born)
            found[series.pk] = [self.happening(series, one) for one in kept[key]]
        return found

    def ones(self, series: Series, field_date: date | None, born: date) -> list:
        """By the rule, and never before the day on which it was set up: nothing was made for these."""
        start = beginning_of(max(self.first, born), series.place) - TICK
        end = beginning_of(self.last + timedelta(days=1), series.place) - TICK
        if start >= end:
            return []
        known = {"is_working_day": self.working_day(series.person), "field_date": field_date}
        return list(occurrences(series.as_rule, series.start, after=start, until=end, **known))

    def working_day(self, person: User) -> Callable[[date], bool]:
        return lambda day: self.book.is_working_day(person, day, with_absences=False)

    def happening(self, series: Series, one: Any) -> Happening:
        times = series.times_of(one)
        span = (times["start_at"], times["end_at"]) if times["start_at"] else None
        task = self.made.get((series.pk, one.slot))
        return Happening(series, one.moment.astimezone(UTC), one.day, one.at is not None, span, one.slot, task)

    def after_done(self, series: Series) -> list[Happening]:
        found = []
        for task in self.made_of.get(series.pk, ()):
            day = task.due_on or day_of(series.place, task.at)
            if self.first <= day <= self.last:
                span = (task.start_at, task.end_at) if task.start_at else None
                found.append(Happening(series, task.at, day, task.due_on is None, span, task.slot, task))
        return found

    # --- whose it is -----------------------------------------------------------------------------------------------

    @cached_property
    def duties(self) -> list[Duty]:
        """One for a series, and one for all that come from a segment to the same person; those that come at all."""
        found: dict[tuple[int, int], Duty] = {}
        for series in self.rows:
            head = series.whole or series
            duty = found.get((head.pk, series.person_id))
            if duty is None:
                duty = found[head.pk, series.person_id] = Duty(head, series.person, [], 0)
            duty.happenings += self.happenings[series.pk]
            duty.parts += bool(series.whole_id)
        return [duty for duty in found.values() if duty.happenings]

    @cached_property
    def loads(self) -> list[Load]:
        """A person's each, with what collides; most hours first."""
        reached = {person.pk for person in self.reached}
        found = {person.pk: Load(person) for person in self.people}
        for duty in self.duties:
            found[duty.person.pk].duties.append(duty)
        for load in found.values():
            if load.person.pk in reached:
                load.working = sum(day.minutes for day in self.days[load.person.pk].values())
            load.by_day = self.minutes_by_day(load)
            clash(load.happenings)
        for load in found.values():
            load.collisions = self.collisions(load, found)
            if load.working is not None:
                load.full_days = list(self.full_days(load, found))
        return sorted(found.values(), key=lambda load: (-load.minutes, -load.times, load.person.name, load.person.pk))

    def collisions(self, load: Load, loads: dict[int, Load]) -> list[Collision]:
        """One for two series, however often they fall together; told of is the next time, or the last one that was."""
        now, found = timezone.now(), []
        for (first, second), times in pairs(load.happenings).items():
            shown = next((each for each in times if each.moment >= now), times[-1])
            found.append(Collision(first, second, times, shown, shown.moment >= now, self.free_then(shown, loads)))
        return sorted(found, key=lambda each: (not each.is_ahead, each.shown.moment))

    @cached_property
    def days(self) -> dict[int, dict[date, DayHours]]:
        """The days of the month of each whom `by` reaches, absences taken away."""
        days = list(days_between(self.first, self.last))
        return {person.pk: {day: self.book.hours(person, day) for day in days} for person in self.reached}

    def minutes_by_day(self, load: Load) -> dict[date, int]:
        """Minutes of routine on each of his days, as far as there are estimates."""
        found: dict[date, int] = {}
        zone = self.book.zone_of(load.person)
        for each in load.happenings:
            day = day_of(zone, each.moment) if each.has_hour else each.day
            found[day] = found.get(day, 0) + (each.minutes or 0)
        return found

    def full_days(self, load: Load, loads: dict[int, Load]) -> Iterable[FullDay]:
        others = [other for other in loads.values() if other.working is not None and other is not load]
        for day, minutes in sorted(load.by_day.items()):
            working = self.works_on(load, day)
            if minutes <= working:
                continue
            free = sorted(((other.person, self.free_on(other, day)) for other in others), key=lambda each: -each[1])
            yield FullDay(day, minutes, working, [each for each in free[:MOST_FREE] if each[1] > 0])

    def free_on(self, load: Load, day: date) -> int:
        return self.works_on(load, day) - load.by_day.get(day, 0)

    def works_on(self, load: Load, day: date) -> int:
        hours = self.days[load.person.pk].get(day)
        return hours.minutes if hours else 0

    def free_then(self, one: Happening, loads: dict[int, Load]) -> list[User]:
        """Who works through its time and has no routine then."""
        start, end = one.span
        free = []
        for load in loads.values():
            if load.working is None or load.person.pk == one.series.person_id:
                continue
            works = total(self.book.working(load.person, start, end)) * ONE_MINUTE >= end - start
            if works and not any(each.span and overlap(each.span, one.span) for each in load.happenings):
                free.append(load)
        return [load.person for load in sorted(free, key=lambda load: -(load.free or 0))[:MOST_FREE]]

    # --- by what it is looked at -----------------------------------------------------------------------------------

    def by_team(self, loads: Iterable[Load]) -> list[Group]:
        loads = list(loads)
        teams = {load.person.team_id: load.person.team for load in loads}
        found = []
        for pk, team in teams.items():
            mine = [load for load in loads if load.person.team_id == pk]
            known = [load.working for load in mine if load.working is not None]
            duties = [duty for load in mine for duty in load.duties]
            found.append(Group(pk, str(team or ""), duties, sum(known) if len(known) == len(mine) else None))
        return sorted(found, key=lambda group: (group.key is None, group.name))

    def by_segment(self, loads: Iterable[Load], names: dict[int, str]) -> list[Group]:
        """`names` of the segments that `by` may use."""
        duties = [duty for load in loads for duty in load.duties]
        keys = dict.fromkeys(duty.segment_id for duty in duties)
        found = [Group(key, names.get(key, ""), [duty for duty in duties if duty.segment_id == key]) for key in keys]
        return sorted(found, key=lambda group: (group.key is None, group.name))


def month_in(text: str, today: date) -> date:
    """The first of the month that an address names as 2026-12; today's, where it names none."""
    year, _sign, month = text.partition("-")
    if 2000 <= number_in(year) <= 2099 and 1 <= number_in(month) <= 12 and len(text) == 7:
        return date(int(year), int(month), 1)
    return today.replace(day=1)
