"""Absences as days and in words, and as much of them as who looks may know."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import formats
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartu.core.actors import Actor
from kartu.core.registry import Registry
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


@dataclass(frozen=True)
class OpenWork:
    """A kind of work that waits for people. `moments(people, start, end)`: (person, when) of what falls to them."""

    key: str
    order: int
    moments: Callable[[Iterable[int], datetime, datetime], Iterable[tuple[int, datetime]]]


open_work: Registry[OpenWork] = Registry(
    "firm.open_work", "What people have to do, counted where somebody is away and nobody stands in: an OpenWork."
)


def work_in(absences: Iterable[Absence]) -> dict[int, int]:
    """How much open work of its person falls into each absence, by its number."""
    absences = list(absences)
    if not absences:
        return {}
    start, end = min(each.from_at for each in absences), max(each.until_at for each in absences)
    people = {each.person_id for each in absences}
    found = [pair for work in open_work for pair in work.moments(people, start, end)]
    return {
        each.pk: sum(who == each.person_id and each.from_at <= at < each.until_at for who, at in found)
        for each in absences
    }


def unattended_words(work: int) -> str:
    """That nobody stands in, and what that means."""
    if not work:
        return _("nobody stands in")
    told = ngettext(
        "nobody stands in, %(count)s task falls into it", "nobody stands in, %(count)s tasks fall into it", work
    )
    return told % {"count": work}


@dataclass
class Line:
    """An absence as it is shown to somebody: why, and the note, only to whoever may note it, and to the person."""

    absence: Absence
    is_told: bool
    may_change: bool
    deputies: list[User] = field(default_factory=list)
    # Of those the ones who are away themselves meanwhile.
    away: list[str] = field(default_factory=list)
    # Open work that falls into it while nobody stands in; None: somebody does, or it is over.
    work: int | None = None

    @property
    def unattended(self) -> str:
        return "" if self.work is None else unattended_words(self.work)

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
    """The absences (with their people) as `by` sees them, with whoever stands in: a few queries, however many."""
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
    alone = [line for line in found if not line.deputies and not line.absence.is_past]
    work = work_in(line.absence for line in alone)
    for line in alone:
        line.work = work[line.absence.pk]
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
