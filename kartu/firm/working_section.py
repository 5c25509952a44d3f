"""Working time, absences and deputies of one person, as his page and his own page show them."""

from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.firm.absences import Line, lines
from kartu.firm.actions.hours import may_set
from kartu.firm.clock import local
from kartu.firm.lifting import reaches
from kartu.firm.models import Absence, User, WorkingTime
from kartu.firm.rights import ABSENCES
from kartu.firm.working import Book, DayHours, days_between
from kartu.firm.working_words import sentence, weekly_words


@dataclass(frozen=True)
class WeekDay:
    """A day as it is really worked: from when until when, or why not."""

    day: date
    words: str
    is_off: bool
    is_today: bool


@dataclass(frozen=True)
class WorkingSection:
    """`time` is what holds today; `week` the days of this week."""

    person: User
    time: WorkingTime
    week: list[WeekDay]
    absences: list[Line]
    may_set: bool
    may_note: bool

    @property
    def words(self) -> str:
        return f"{sentence(self.time)}. {weekly_words(self.time)}"

    @property
    def whence(self) -> str:
        """Whose working time it is that holds."""
        if self.time.pk is None:
            return _("nobody has said so yet")
        if self.time.person_id:
            return _("set for this person")
        return _("set for the team") if self.time.team_id else _("set for the firm")

    @property
    def new_url(self) -> str:
        """To the form of his own working time, which begins like the one that holds."""
        asked = {"whose": f"person-{self.person.pk}", **({"like": self.time.pk} if self.time.pk else {})}
        return f"{reverse('firm:new_working_time')}?{urlencode(asked)}"

    @property
    def absence_url(self) -> str:
        return f"{reverse('firm:new_absence')}?{urlencode({'person': self.person.pk})}"


def working_section(person: User, by: Actor) -> WorkingSection:
    today = Book.of([], timezone.localdate(), timezone.localdate()).today(person)
    monday = today - timedelta(days=today.weekday())
    book = Book.of([person], monday, monday + timedelta(days=6))
    week = [book.hours(person, day) for day in days_between(monday, monday + timedelta(days=6))]
    open_ones = Absence.objects.live().filter(person=person, until_at__gt=timezone.now())
    is_told = person.pk == by.pk or (by.may(ABSENCES) and reaches(person, ABSENCES, by))
    return WorkingSection(
        person=person,
        time=book.time_of(person, today),
        week=[week_day(day, book.zone_of(person), today, is_told) for day in week],
        absences=lines(open_ones.select_related("person").order_by("from_at"), by),
        may_set=person.is_active and may_set(WorkingTime(person=person), by),
        may_note=person.is_active and by.may(ABSENCES) and reaches(person, ABSENCES, by),
    )


def week_day(hours: DayHours, zone: tzinfo, today: date, is_told: bool) -> WeekDay:
    """`is_told`: whether whoever looks may know why somebody is away."""
    if hours.spans:
        ends = (local(zone, hours.spans[0][0]), local(zone, hours.spans[-1][1]))
        words = "–".join(f"{at:%H:%M}" for at in ends)
    else:
        words = hours.why if is_told or not hours.absence else _("Away")
    return WeekDay(hours.day, words, not hours.spans, hours.day == today)
