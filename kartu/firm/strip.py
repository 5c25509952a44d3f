"""A month of people at a glance: a row each, a cell a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.firm.lifting import reaches
from kartu.firm.models import User
from kartu.firm.rights import ABSENCES
from kartu.firm.working import DayHours, Off, hours_of


@dataclass(frozen=True)
class Cell:
    day: date
    look: str
    title: str


@dataclass(frozen=True)
class Row:
    person: User
    cells: list[Cell]


def month_of(text: str, today: date) -> date:
    """The first day of the month that an address names ("2026-11"), or of today's."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def rows(people: Iterable[User], first: date, by: Actor) -> list[Row]:
    """The month that begins on `first`, as `by` may know it."""
    people = list(people)
    told = hours_of(people, first, next_month(first) - timedelta(days=1))
    may = by.may(ABSENCES)
    return [
        Row(who, [cell(day, who.pk == by.pk or may and reaches(who, ABSENCES, by)) for day in told[who.pk]])
        for who in people
    ]


def cell(day: DayHours, is_told: bool) -> Cell:
    if day.absence is None:
        return Cell(day.day, day.off, day.why)
    look = Off.ABSENCE if day.off == Off.ABSENCE or not day.minutes else "part"
    return Cell(day.day, look, day.absence.get_kind_display() if is_told else _("Away"))
