"""The calendar of one person: a day, three, a week, a month, and the list of what comes.

`?person=` whose (one's own without it), `?day=` around which day (today without it). Asked by htmx, as when something
has moved, the days alone are the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from kartu.core.access import access, out_of_reach
from kartu.core.addresses import address
from kartu.core.formats import first_weekday, format_date, format_day
from kartu.core.text import whole
from kartu.firm.clock import moment
from kartu.firm.models import User
from kartu.firm.working_words import clock
from kartu.planner.actions.scheduler import setting_of
from kartu.planner.actions.when import FIRST, LAST
from kartu.planner.calendar import ONE, Calendar
from kartu.planner.days import Cell, Day
from kartu.planner.rights import CHANGE, CREATE, VIEW
from kartu.planner.timeline import offsets, people_of
from kartu.planner.timeline_words import IN_HAND, WORDS

WEEK = 7
HOURS = ["", *(clock(hour * 60) for hour in range(1, 24))]
# How many of a day stand in a month; the others are counted.
IN_A_CELL = 3
# So far around the day that is asked for, somebody may carry what stands there.
AROUND = timedelta(days=120)


@dataclass(frozen=True)
class Asked:
    """Whose calendar is asked for, and around which day."""

    by: User
    person: User
    day: date

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        asked = request.GET.get("person", "") or str(request.user.pk)
        person = request.user if asked == str(request.user.pk) else colleague(whole(asked))
        if person is None:
            raise out_of_reach(request.user, f"the calendar of {asked[:20]}", VIEW)
        return cls(request.user, person, asked_day(request))

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.by, self.person)

    def address(self, sort: str, day: date | None = None) -> str:
        """Where this is shown as `sort`, around `day`."""
        query = [*self.person_query, f"day={day}"] if day is not None and day != self.today else self.person_query
        return address(f"planner:{sort}") + (f"?{'&'.join(query)}" if query else "")

    @cached_property
    def person_query(self) -> list[str]:
        return [] if self.person.pk == self.by.pk else [f"person={self.person.pk}"]

    @cached_property
    def today(self) -> date:
        return timezone.localdate()


def colleague(pk: int) -> User | None:
    """Somebody who has to do with tasks."""
    person = User.objects.active().select_related("role", "team").filter(pk=pk).first()
    return person if person is not None and person.may(VIEW) else None


def asked_day(request: HttpRequest) -> date:
    if not request.GET.get("day"):
        return timezone.localdate()
    try:
        day = date.fromisoformat(request.GET["day"])
    except ValueError:
        raise BadRequest("no such day") from None
    if not FIRST + timedelta(days=60) <= day <= LAST - timedelta(days=60):
        raise BadRequest("no such day")
    return day


def sorts() -> list[tuple[str, str, int]]:
    """(name of the address, words, key) of the ways to look at what is planned, the team's apart."""
    return [
        ("day", _("Day"), 2),
        ("days", _("3 days"), 3),
        ("week", _("Week"), 4),
        ("month", _("Month"), 5),
        ("agenda", pgettext("of a calendar", "List"), 6),
    ]


def switch(asked: Asked | None, chosen: str) -> list[dict[str, Any]]:
    """The switch on all pages of the scheduler."""
    team = {"sort": "team", "label": _("Team"), "key": 1, "url": reverse("planner:scheduler") + "?view=team"}
    own = [
        {
            "sort": sort,
            "label": label,
            "key": key,
            "url": asked.address(sort, asked.day) if asked else address(f"planner:{sort}"),
        }
        for sort, label, key in sorts()
    ]
    return [{**each, "is_on": each["sort"] == chosen} for each in (team, *own)]


def shown(request: HttpRequest, asked: Asked, sort: str, days: list[Day], **more: Any) -> HttpResponse:
    """The page, or its days alone."""
    may_create = request.user.may(CREATE)
    new = f"{reverse('planner:new_task')}?person={asked.person.pk}" if may_create else ""
    context = {
        **{"sort": sort, "asked": asked, "days": days, "part": f"planner/calendar/_{PARTS.get(sort, sort)}.html"},
        **{"here": request.get_full_path(), "may_create": may_create, "new": new, **more},
    }
    if request.GET.get("whose"):
        return render(request, "planner/calendar/_whose.html", {"asked": asked, "whose": whose(asked, sort)})
    if request.headers.get("HX-Request"):
        return render(request, context["part"], context)
    others = f"{asked.address(sort, asked.day)}{'&' if '?' in asked.address(sort, asked.day) else '?'}whose=1"
    context |= {"keep": reverse("planner:keep_scheduler"), "switch": switch(asked, sort), "others": others}
    context["config"] = config(asked) if request.user.may(CHANGE) and sort != "agenda" else None
    return render(request, "planner/calendar/page.html", context)


def config(asked: Asked) -> dict[str, Any]:
    """What is needed to take in the hand what stands in the days in sight, and to put it down."""
    zone, noon = timezone.get_current_timezone(), moment(timezone.get_current_timezone(), asked.day, 12 * 60)
    return {
        **{"words": {key: str(WORDS[key]) for key in IN_HAND}, "snap": setting_of(asked.by).snap},
        "offsets": offsets(zone, noon - AROUND, noon + AROUND),
    }


def whose(asked: Asked, sort: str) -> list[dict[str, Any]]:
    """All whose calendars there are, for the same day."""
    return [
        {"person": each, "url": Asked(asked.by, each, asked.day).address(sort, asked.day)}
        for each in people_of(asked.by, None)
    ]


PARTS = {"day": "hours", "days": "hours", "week": "hours"}


def around(asked: Asked, sort: str, before: date, after: date, title: str) -> dict[str, Any]:
    """The addresses of what comes before and after, and of today."""
    return {
        **{"title": title, "before": asked.address(sort, before), "after": asked.address(sort, after)},
        "today": asked.address(sort),
    }


def by_hours(request: HttpRequest, sort: str, first_of: Callable[[date], date], number: int) -> HttpResponse:
    asked = Asked.of(request)
    first = first_of(asked.day)
    last = first + (number - 1) * ONE
    days = asked.calendar.days(first, last, by_hours=True)
    title = format_day(first, "full") if number == 1 else f"{format_day(first, 'MMMd')} – {format_day(last, 'medium')}"
    step = number * ONE
    links = around(asked, sort, asked.day - step, asked.day + step, title)
    heads = [head_of(asked, day) for day in days]
    return shown(request, asked, sort, days, heads=heads, hours=HOURS, begins=begins(days), **links)


def head_of(asked: Asked, day: Day) -> dict[str, Any]:
    """A day above its hours; all in words, which a template needs not make of numbers and dates."""
    words = {"name": format_day(day.date, "EEE"), "number": str(day.date.day), "iso": str(day.date)}
    return {"day": day, "url": asked.address("day", day.date), "said": format_date(day.date), **words}


def begins(days: list[Day]) -> int:
    """The hour that is in sight first: before all that stands in these days, and before work begins."""
    starts = [entry.at for day in days for entry in day.timed]
    starts += [rest[0] + rest[1] for day in days for rest in day.rests[:1] if rest[0] == 0 and rest[1] < 24 * 60]
    return max(0, min(starts, default=8 * 60) // 60 - 1)


def itself(day: date) -> date:
    return day


def first_of_week(day: date) -> date:
    return day - (day.weekday() - first_weekday()) % WEEK * ONE


@require_GET
@access(VIEW)
def day(request: HttpRequest) -> HttpResponse:
    return by_hours(request, "day", itself, 1)


@require_GET
@access(VIEW)
def days(request: HttpRequest) -> HttpResponse:
    return by_hours(request, "days", itself, 3)


@require_GET
@access(VIEW)
def week(request: HttpRequest) -> HttpResponse:
    return by_hours(request, "week", first_of_week, WEEK)


@require_GET
@access(VIEW)
def month(request: HttpRequest) -> HttpResponse:
    asked = Asked.of(request)
    first = asked.day.replace(day=1)
    following = (first + 31 * ONE).replace(day=1)
    start, end = first_of_week(first), first_of_week(following - ONE) + (WEEK - 1) * ONE
    days = asked.calendar.days(start, end, most=IN_A_CELL, whole={asked.day})
    cells = [cell_of(asked, day, first.month) for day in days]
    under = next(day for day in days if day.date == asked.day)
    links = around(asked, "month", (first - ONE).replace(day=1), following, format_day(first, "yMMMM"))
    names = [(format_day(day.date, "EEE"), format_day(day.date, "EEEE")) for day in days[:WEEK]]
    return shown(request, asked, "month", days, cells=cells, names=names, under=under, **links)


def cell_of(asked: Asked, day: Day, month: int) -> Cell:
    return Cell(
        **{"day": day, "name": format_day(day.date, "MMMMEEEEd"), "url": asked.address("day", day.date)},
        **{"here": asked.address("month", day.date), "entries": day.entries[:IN_A_CELL]},
        **{"is_other": day.date.month != month, "is_chosen": day.date == asked.day},
    )


@require_GET
@access(VIEW)
def agenda(request: HttpRequest) -> HttpResponse:
    asked = Asked.of(request)
    after = asked_place(request.GET.get("after", ""))
    days, following = asked.calendar.agenda(asked.day, after)
    more = f"{asked.address('agenda')}{'&' if '?' in asked.address('agenda') else '?'}{urlencode({'after': following})}"
    links = around(asked, "agenda", asked.day - WEEK * ONE, asked.day + WEEK * ONE, format_day(asked.day, "full"))
    groups = [{"day": day, "name": format_day(day.date, "full"), "url": asked.address("day", day.date)} for day in days]
    return shown(request, asked, "agenda", days, groups=groups, following=more if following else "", **links)


def asked_place(text: str) -> tuple[datetime, int] | None:
    """Behind which task the page goes on: its moment and its number."""
    if not text:
        return None
    moment, _sign, pk = text.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        raise BadRequest("no such place") from None
    if timezone.is_naive(at) or not pk.isdecimal() or len(pk) > 18:
        raise BadRequest("no such place")
    return at, int(pk)
