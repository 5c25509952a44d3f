"""When people work, which days are off, and who is away, for programs: with the rights of the screen."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Status
from pydantic import Field

from kartu.core.access import access, out_of_reach, reached, signed_in
from kartu.core.api import Resource
from kartu.core.api.schemas import UNSENT, Day, Id, In, Moment, Named, Out, named, words
from kartu.firm.absences import Line, days_of, lines, set_days
from kartu.firm.actions import absences as actions
from kartu.firm.clock import moment
from kartu.firm.lifting import reaches
from kartu.firm.middleware import zone_of
from kartu.firm.models import Absence, User
from kartu.firm.rights import ABSENCES
from kartu.firm.working import DayHours, hours_of
from kartu.firm.year import FIRST, LAST, Year

WORKING = Resource("working_time", gettext_lazy("Working time and absences"), order=510)
MOST_DAYS = 366
MOST_ABSENCES = 500


class SpanOut(Out):
    from_at: Moment
    until_at: Moment


class DayHoursOut(Out):
    """A day of the person in his own time zone."""

    day: Day
    minutes: int
    spans: list[SpanOut] = Field(description="When the person works, absences taken away.")
    off: str = Field(description="Why not, where nothing is worked: weekend, holiday, absence.")
    why: str = Field(description="The same in words: the name of the holiday, the kind of the absence.")


class CalendarDayOut(Out):
    """A day that is not as the week would have it."""

    day: Day
    kind: str = Field(description="holiday, short (an hour less), working (moved); empty: said to be as on any week.")
    name: str
    minutes: int
    is_expected: bool = Field(description="Nobody has announced it for certain yet.")
    is_own: bool = Field(description="The firm says so itself.")


class CalendarYearOut(Out):
    year: int
    country: str
    working_days: int
    hours: int
    days: list[CalendarDayOut]


class AbsenceIn(In):
    """Whole days (`first_day`, `last_day`), or moments (`from_at`, `until_at`); without `person_id` the token's own."""

    person_id: Id | None = None
    kind: Literal[*Absence.Kind.values] = "leave"
    first_day: Day | None = None
    last_day: Day | None = None
    from_at: Moment | None = None
    until_at: Moment | None = None
    deputy_ids: list[Id] = Field(default=[], max_length=20)
    note: words(300) = ""


class AbsenceChange(In):
    """Send only what is to be changed; days and moments in pairs."""

    kind: Literal[*Absence.Kind.values] = UNSENT
    first_day: Day = UNSENT
    last_day: Day = UNSENT
    from_at: Moment = UNSENT
    until_at: Moment = UNSENT
    deputy_ids: list[Id] = UNSENT
    note: words(300) = UNSENT


class AbsenceOut(Out):
    id: int
    person: Named
    kind: str = Field(description="Empty where you may not know why.")
    note: str
    from_at: Moment
    until_at: Moment
    first_day: Day | None = Field(description="Of whole days only.")
    last_day: Day | None
    deputies: list[Named]


@WORKING.get("/people/{int:pk}/hours", list[DayHoursOut])
@signed_in("everybody knows when his colleagues work")
def read_hours(
    request: HttpRequest,
    pk: int,
    first: Annotated[Day, Query(description="The first day.")],
    last: Annotated[Day, Query(description="The last day, at most a year on.")],
) -> list[dict[str, Any]]:
    """The days of a person between two days, with what is really worked."""
    person = reached(User.objects.select_related("team"), pk, request.user)
    check_days(first, last)
    is_told = person.pk == request.user.pk or may_change(person, request.user)
    return [told_hours(day, is_told) for day in hours_of([person], first, last)[person.pk]]


def check_days(first: date, last: date) -> None:
    """Raise BadRequest where the days of the address make no stretch, or too long a one."""
    if last < first:
        raise BadRequest("last: " + _("The last day must not be before the first."))
    if (last - first).days >= MOST_DAYS:
        raise BadRequest("last: " + _("Ask for at most %(most)s days at once.") % {"most": MOST_DAYS})
    if not FIRST <= first.year <= last.year <= LAST:
        raise BadRequest("first: " + _("Choose a day of this century."))


def told_hours(day: DayHours, is_told: bool) -> dict[str, Any]:
    return {
        "day": day.day,
        "minutes": day.minutes,
        "spans": [{"from_at": start, "until_at": end} for start, end in day.spans],
        "off": str(day.off),
        "why": day.why if is_told or not day.absence else _("Away"),
    }


@WORKING.get("/calendar/{int:year}", CalendarYearOut)
@signed_in("everybody knows which days are off")
def read_calendar(request: HttpRequest, year: int) -> dict[str, Any]:
    """The special days of a year: holidays, shorter and moved days, and those of the firm's own."""
    if not FIRST <= year <= LAST:
        raise out_of_reach(request.user, f"the calendar of {year}")
    sheet = Year(year)
    days = [
        {
            "day": each.day,
            "kind": "" if each.look == "weekend" else each.look,
            "name": str(each.name),
            "minutes": each.minutes,
            "is_expected": each.is_expected,
            "is_own": each.own is not None,
        }
        for each in sheet.special
    ]
    told = {"working_days": len(sheet.worked), "hours": sheet.hours, "days": days}
    return {"year": year, "country": sheet.book.country, **told}


@WORKING.get("/absences", list[AbsenceOut])
@signed_in("everybody knows who is away, though not why")
def read_absences(
    request: HttpRequest,
    first: Annotated[Day, Query(description="Those that are on this day or later.")],
    last: Annotated[Day, Query(description="And on this day or earlier.")],
    person_id: int | None = Query(None, description="Of one person only."),
) -> list[dict[str, Any]]:
    """By their beginning; at most the first 500."""
    check_days(first, last)
    zone = zone_of(request.user.time_zone)
    rows = Absence.objects.between(moment(zone, first), moment(zone, last, 24 * 60)).select_related("person")
    rows = rows if person_id is None else rows.filter(person_id=person_id)
    return [told(line) for line in lines(rows.order_by("from_at", "pk")[:MOST_ABSENCES], request.user)]


def told(line: Line) -> dict[str, Any]:
    absence = line.absence
    days = days_of(absence) if absence.whole_days else (None, None)
    return {
        "id": absence.pk,
        "person": named(absence.person),
        "kind": absence.kind if line.is_told else "",
        "note": line.note,
        "from_at": absence.from_at,
        "until_at": absence.until_at,
        "first_day": days[0],
        "last_day": days[1],
        "deputies": [named(deputy) for deputy in line.deputies],
    }


def may_change(person: User, by: User) -> bool:
    return by.may(ABSENCES) and reaches(person, ABSENCES, by)


@WORKING.post("/absences", AbsenceOut)
@access(ABSENCES)
def add_absence(request: HttpRequest, data: AbsenceIn) -> Status:
    person = User.objects.select_related("role").filter(pk=data.person_id or request.user.pk).first()
    if person is None:
        raise ValidationError({"person_id": _("Nobody here has this number.")})
    absence = Absence(person=person, kind=data.kind, note=data.note)
    put_times(absence, data.given())
    return Status(201, kept(request, absence, deputies(data.deputy_ids)))


def put_times(absence: Absence, said: dict[str, Any]) -> None:
    """Let the absence be from when until when it was sent; an error names the field that is missing."""
    days = said.get("first_day"), said.get("last_day")
    moments: tuple[datetime | None, datetime | None] = said.get("from_at"), said.get("until_at")
    pair = [("first_day", days[0]), ("last_day", days[1])]
    if any(moments):
        pair = [("from_at", moments[0]), ("until_at", moments[1])]
    if any(moments) and any(days):
        raise ValidationError({"first_day": _("Send whole days or moments, not both.")})
    if missing := next((name for name, value in pair if value is None), None):
        raise ValidationError({missing: _("Send both, the beginning and the end.")})
    if any(moments):
        absence.from_at, absence.until_at, absence.whole_days = *moments, False
        return
    if days[1] < days[0]:
        raise ValidationError({"last_day": _("The last day must not be before the first.")})
    set_days(absence, *days)


def deputies(ids: list[int]) -> list[User]:
    found = list(User.objects.active().select_related("role").filter(pk__in=ids))
    if len(found) != len(set(ids)):
        raise ValidationError({"deputy_ids": _("One of them does not work here.")})
    return found


def kept(request: HttpRequest, absence: Absence, wanted: list[User]) -> dict[str, Any]:
    absence = actions.set_absence(absence=absence, deputies=wanted, by=request.user)
    return told(lines([absence], request.user)[0])


def absence_or_404(request: HttpRequest, pk: int) -> Absence:
    row = Absence.objects.live().select_related("person__role").filter(pk=pk).first()
    if row is None or not may_change(row.person, request.user):
        raise out_of_reach(request.user, f"firm.absence {pk}")
    return row


@WORKING.patch("/absences/{int:pk}", AbsenceOut)
@access(ABSENCES)
def change_absence(request: HttpRequest, pk: int, data: AbsenceChange) -> dict[str, Any]:
    absence, said = absence_or_404(request, pk), data.sent()
    for name in ("kind", "note"):
        setattr(absence, name, said.get(name, getattr(absence, name)))
    if {"first_day", "last_day", "from_at", "until_at"} & set(said):
        put_times(absence, said)
    standing_in = lines([absence], request.user)[0].deputies
    return kept(request, absence, deputies(said["deputy_ids"]) if "deputy_ids" in said else standing_in)


@WORKING.delete("/absences/{int:pk}")
@access(ABSENCES)
def cancel_absence(request: HttpRequest, pk: int) -> Status:
    """The person is there after all; whoever stood in does so no more."""
    actions.cancel_absence(absence=absence_or_404(request, pk), by=request.user)
    return Status(204, None)
