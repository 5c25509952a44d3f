"""Absences as days and in words, and as much of them as who looks may know."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import formats
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.firm.clock import day_of, moment
from kartu.firm.lifting import reaches
from kartu.firm.middleware import zone_of
from kartu.firm.models import Absence, TemporaryRight, User
from kartu.firm.rights import ABSENCES


def set_days(absence: Absence, first: date, last: date) -> Absence:
    """Let the absence be whole days, as the clock of its person has them."""
    absence.zone, absence.whole_days = absence.person.time_zone, True
    zone = zone_of(absence.zone)
    absence.from_at, absence.until_at = moment(zone, first), moment(zone, last + timedelta(1))
    return absence


def days_of(absence: Absence) -> tuple[date, date]:
    """The first and the last day of it, in the zone in which they were meant."""
    zone = zone_of(absence.zone)
    return day_of(zone, absence.from_at), day_of(zone, absence.until_at - timedelta(microseconds=1))


def when(absence: Absence) -> str:
    """From when until when, in words: days, or days and times of whoever looks."""
    if absence.whole_days:
        first, last = (formats.date_format(day, "SHORT_DATE_FORMAT") for day in days_of(absence))
        return first if first == last else f"{first} – {last}"
    start, end = (localtime(at) for at in (absence.from_at, absence.until_at))
    told = formats.date_format(start, "SHORT_DATETIME_FORMAT")
    rest = "H:i" if start.date() == end.date() else "SHORT_DATETIME_FORMAT"
    return f"{told} – {formats.date_format(end, rest)}"


@dataclass
class Line:
    """An absence as it is shown to somebody: why, and the note, only to whoever may note it, and to the person."""

    absence: Absence
    is_told: bool
    may_change: bool
    deputies: list[User] = field(default_factory=list)
    # Of those the ones who are away themselves meanwhile.
    away: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.absence.get_kind_display() if self.is_told else _("Away")

    @property
    def note(self) -> str:
        return self.absence.note if self.is_told else ""

    @property
    def when(self) -> str:
        return when(self.absence)


def lines(absences: Iterable[Absence], by: Actor) -> list[Line]:
    """The absences (with their people) as `by` sees them, with whoever stands in: two queries."""
    may = by.may(ABSENCES)
    found = []
    for absence in absences:
        may_change = may and reaches(absence.person, ABSENCES, by)
        found.append(Line(absence, may_change or absence.person_id == by.pk, may_change))
    named = standing_in([line.absence for line in found])
    away = away_themselves({line.absence: named[line.absence.pk] for line in found if line.absence.pk in named})
    for line in found:
        line.deputies = named.get(line.absence.pk, [])
        line.away = away.get(line.absence.pk, [])
    return found


def standing_in(absences: Iterable[Absence]) -> dict[int, list[User]]:
    """Who stands in, or will, during each of `absences`, by its number."""
    found: dict[int, list[User]] = {}
    for given in TemporaryRight.open().filter(absence__in=list(absences)).order_by("pk"):
        found.setdefault(given.absence_id, []).append(given.person)
    return found


def deputies_of(absence: Absence) -> list[User]:
    return standing_in([absence]).get(absence.pk, [])


def away_themselves(named: dict[Absence, list[User]]) -> dict[int, list[str]]:
    """Which deputies are away themselves meanwhile, in words, by the number of the absence."""
    if not named:
        return {}
    people = {deputy.pk for deputies in named.values() for deputy in deputies}
    start, end = min(each.from_at for each in named), max(each.until_at for each in named)
    others = list(Absence.objects.between(start, end).filter(person_id__in=people).order_by("from_at"))
    return {
        absence.pk: [
            _("%(name)s is away %(when)s") % {"name": deputy, "when": when(other)}
            for deputy in deputies
            for other in others
            if other.person_id == deputy.pk and other.from_at < absence.until_at and other.until_at > absence.from_at
        ]
        for absence, deputies in named.items()
    }
