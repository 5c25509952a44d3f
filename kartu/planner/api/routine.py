"""The routine of a month, for programs: who has how much of what comes back, and what of it falls together."""

from typing import Any

from django.http import HttpRequest
from ninja import Query
from pydantic import Field

from kartu.core.access import access
from kartu.core.actors import Actor
from kartu.core.api.schemas import Day, Moment, Named, Out, named
from kartu.planner.api.series import SERIES
from kartu.planner.minutes import hours_of
from kartu.planner.models import Series
from kartu.planner.rights import VIEW
from kartu.planner.routine.asked import Asked, saw_routine
from kartu.planner.routine.loads import Collision, Duty, FullDay, Load
from kartu.planner.series_page import sentence_of
from kartu.records.lists.asking import BadQuestion

Month = Query("", pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?$", description="2026-12; none: the one that it is.")
Whose = Query("all", max_length=16, description="me, all, none (those in no team), or the number of a team.")
SAME = ("times", "minutes", "clashes")


class Sums(Out):
    times: int = Field(description="How often it comes in the month.")
    minutes: int | None = Field(description="By the estimates; null where nobody has said how long it takes.")
    hours: str | None = Field(description="The same in hours, to a tenth.")
    clashes: int = Field(description="How often something else of the same person is at the same time.")


class RoutineDutyOut(Sums):
    series_id: int
    title: str
    sentence: str = Field(description="The rule in words, in the language of the token's person.")
    client: Named | None
    clients: int = Field(description="For how many clients of its segment it comes; 0: it is not for a segment.")
    is_after_done: bool = Field(description="It comes some time after it was done: counted as far as it stands there.")
    due: int = Field(description="How many are late or stand today, where the month is this one.")


class FreeOut(Named):
    minutes: int


class FullDayOut(Out):
    day: Day
    minutes: int
    working_minutes: int
    free: list[FreeOut] = Field(description="Who has most time left that day.")


class RoutineOut(Sums):
    """What has no estimate is in no sum of hours, and what is private to others in no sum at all."""

    person: Named
    team: Named | None
    unestimated: int = Field(description="How many of `times` have no estimate.")
    working_minutes: int | None = Field(description="What he works that month; null where that is out of reach.")
    share: int | None = Field(description="Of the working time, in percent.")
    duties: list[RoutineDutyOut]
    full_days: list[FullDayOut] = Field(description="Days with more routine than working time.")


class PartOut(Out):
    series_id: int
    title: str


class CollisionOut(Out):
    """Two recurring tasks of one person that have their place in the day at the same time."""

    person: Named
    first: PartOut = Field(description="The one that begins earlier; the same as `second` where its own times do.")
    second: PartOut
    times: int
    at: Moment = Field(description="The next of them; the last one, where none is ahead.")
    is_ahead: bool
    free: list[Named] = Field(description="Who works then and has no routine: the second could run beside the first.")


def asked_for(request: HttpRequest, whose: str) -> Asked:
    asked = Asked(request.user, request.GET)
    if asked.whose != whose:
        raise BadQuestion("whose names no team of which anybody is within reach")
    saw_routine(asked)
    return asked


@SERIES.get("/routine", list[RoutineOut])
@access(VIEW)
def read_routine(request: HttpRequest, month: str = Month, whose: str = Whose) -> list[dict[str, Any]]:
    """What comes back in a month, by the rules, person by person, most hours first."""
    return [load_told(load, request.user) for load in asked_for(request, whose).loads]


def load_told(load: Load, by: Actor) -> dict[str, Any]:
    return {
        **sums(load),
        "person": named(load.person),
        "team": named(load.person.team),
        "unestimated": load.unestimated,
        "working_minutes": load.working,
        "share": load.share,
        "duties": [duty_told(duty, by) for duty in load.duties],
        "full_days": [full_day_told(day) for day in load.full_days],
    }


def sums(of: Load | Duty) -> dict[str, Any]:
    hours = None if of.minutes is None else str(hours_of(of.minutes))
    return {**{name: getattr(of, name) for name in SAME}, "hours": hours}


def duty_told(duty: Duty, by: Actor) -> dict[str, Any]:
    series = duty.series
    return {
        **sums(duty),
        **{"series_id": series.pk, "title": series.title, "sentence": sentence_of(series, by)},
        **{"client": named(series.client), "clients": duty.parts, "is_after_done": duty.is_after_done, "due": duty.due},
    }


def full_day_told(full: FullDay) -> dict[str, Any]:
    free = [{**named(person), "minutes": minutes} for person, minutes in full.free]
    return {"day": full.day, "minutes": full.minutes, "working_minutes": full.working, "free": free}


@SERIES.get("/routine/collisions", list[CollisionOut])
@access(VIEW)
def read_collisions(request: HttpRequest, month: str = Month, whose: str = Whose) -> list[dict[str, Any]]:
    """What falls together in a month, each two of a person once, the next first."""
    loads = asked_for(request, whose).loads
    return [collision_told(load, each) for load in loads for each in load.collisions]


def collision_told(load: Load, each: Collision) -> dict[str, Any]:
    return {
        "person": named(load.person),
        "first": part_told(each.first),
        "second": part_told(each.second),
        "times": len(each.times),
        "at": each.shown.moment,
        "is_ahead": each.is_ahead,
        "free": [named(person) for person in each.free],
    }


def part_told(series: Series) -> dict[str, Any]:
    return {"series_id": series.pk, "title": series.title}
