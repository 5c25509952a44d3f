"""When the firm, its teams and its people work, and the days on which all is different."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kartu.core.actors import Actor, Scope, ends_of
from kartu.firm.acts import act, must, stored, tell, telling
from kartu.firm.calendars import countries_told
from kartu.firm.lifting import reaches
from kartu.firm.models import CalendarDay, Firm, WorkingTime
from kartu.firm.rights import HOURS
from kartu.firm.working_words import LONGEST_CYCLE, day_label, faults

__all__ = [
    "choose_calendar",
    "keep_working_time",
    "put_back_calendar_days",
    "remove_calendar_day",
    "remove_working_time",
    "set_calendar_day",
    "take_calendar_days",
]


def may_set(time: WorkingTime, by: Actor) -> bool:
    """The firm's is set by whoever reaches everybody, a team's and a person's by whoever reaches them."""
    if not by.may(HOURS):
        return False
    if time.person_id:
        return reaches(time.person, HOURS, by)
    ends = ends_of(by, HOURS)
    return ends is None or (time.team_id is not None and time.team_id in ends.teams)


@act(HOURS)
def keep_working_time(*, time: WorkingTime, by: Actor) -> WorkingTime:
    """Save a working time. What held before goes on holding for the days before it."""
    must(may_set(time, by), "the working time of others")
    if time.pk:
        must(may_set(WorkingTime.objects.select_for_update().get(pk=time.pk), by), "the working time of others")
    check(time)
    if time.until_day and time.until_day < time.from_day:
        raise ValidationError({"until_day": _("The end must come after the beginning.")})
    try:
        with transaction.atomic(), telling(time, by=by):
            time.save()
    except IntegrityError:
        raise ValidationError({"from_day": _("A working time begins on that day already.")}) from None
    return time


def check(time: WorkingTime) -> None:
    """Put the times of each day in order; ValidationError where they are none."""
    if not 1 <= len(time.days) <= LONGEST_CYCLE:
        raise ValidationError({"days": _("A cycle has 1 to %(most)s days.") % {"most": LONGEST_CYCLE}})
    if time.cycle_from is None and len(time.days) != 7:
        raise ValidationError({"days": _("A week has seven days.")})
    time.days = [sorted([start, end] for start, end in day) for day in time.days]
    if wrong := next(faults(time), None):
        raise ValidationError({"days": f"{day_label(time, wrong[0])}: {wrong[1]}"})
    if not any(time.days):
        raise ValidationError({"days": _("Give at least one day on which there is work.")})


@act(HOURS)
def remove_working_time(*, time: WorkingTime, by: Actor) -> None:
    """Take it away as if it had never been said; to end it from some day on, give it a last day."""
    must(may_set(time, by), "the working time of others")
    tell("trash", time, by=by, values={"before": stored(time)})
    time.delete()


@act(HOURS)
def set_calendar_day(*, day: date, kind: str, name: str = "", by: Actor) -> CalendarDay:
    """Say what a day is in this firm, whatever the calendar of the country has."""
    must(by.scope(HOURS) is Scope.ALL, "the days off of the firm")
    if not date(2000, 1, 1) <= day <= date(2100, 1, 1) - timedelta(1):
        raise ValidationError({"day": _("Choose a day of this century.")})
    row = CalendarDay.objects.select_for_update().filter(day=day).first() or CalendarDay(day=day)
    row.kind, row.name = kind, name
    row.full_clean(exclude=["day"])
    with telling(row, by=by):
        row.save()
    return row


@act(HOURS)
def remove_calendar_day(*, row: CalendarDay, by: Actor) -> None:
    """Let the calendar of the country say again what that day is."""
    must(by.scope(HOURS) is Scope.ALL, "the days off of the firm")
    tell("trash", row, by=by, values={"before": stored(row)})
    row.delete()


@act(HOURS)
def take_calendar_days(*, days: Iterable[tuple[date, str, str]], by: Actor) -> list[tuple[date, dict[str, Any]]]:
    """Say what each of `days` (day, kind, what for) is; what was said of each before."""
    before = []
    for day, kind, name in days:
        row = CalendarDay.objects.filter(day=day).first()
        before.append((day, row.said if row else {}))
        set_calendar_day(day=day, kind=kind, name=name, by=by)
    return before


@act(HOURS)
def put_back_calendar_days(*, days: Iterable[tuple[date, dict[str, Any]]], by: Actor) -> None:
    """Let each day be what was said of it before: nothing, where that is empty."""
    must(by.scope(HOURS) is Scope.ALL, "the days off of the firm")
    for day, said in days:
        if said:
            set_calendar_day(day=day, **said, by=by)
        elif row := CalendarDay.objects.filter(day=day).first():
            remove_calendar_day(row=row, by=by)


@act(HOURS)
def choose_calendar(*, calendar: str, by: Actor) -> Firm:
    """Say by the calendar of which country the firm works: a code of `countries_told`, "" its own, NO_CALENDAR none."""
    must(by.scope(HOURS) is Scope.ALL, "the days off of the firm")
    if calendar not in ("", Firm.NO_CALENDAR, *countries_told()):
        raise ValidationError({"calendar": _("There is no calendar of that country here.")})
    firm = Firm.objects.select_for_update().get()
    firm.calendar = calendar
    with telling(firm, by=by, verb="setting"):
        firm.save(update_fields=["calendar"])
    return firm
