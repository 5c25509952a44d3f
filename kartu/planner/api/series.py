"""Recurring tasks, for programs: by the actions and the rights of the screen."""

from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Status

from kartu.clients.api.resource import pointed
from kartu.clients.models import Segment
from kartu.clients.segments.meaning import usable
from kartu.core.access import access
from kartu.core.actors import Actor
from kartu.core.api import Resource
from kartu.planner import actions
from kartu.planner.api.resource import client_of, contact_of, doer, in_our_words
from kartu.planner.api.series_shapes import (
    DatesIn,
    DatesOut,
    EndIn,
    PauseIn,
    SeriesChange,
    SeriesIn,
    SeriesOut,
    SeriesWholeOut,
    SlotIn,
    told,
)
from kartu.planner.models import Series
from kartu.planner.recurrence import Rule, RuleError, parse
from kartu.planner.rights import CHANGE, CREATE, TRASH, VIEW
from kartu.planner.series_list import SERIES as LIST
from kartu.planner.series_page import Coming, coming, sentence_of
from kartu.records.api.doing import base_sent, doing, show_version
from kartu.records.api.lists import After, Before, Filters, Limit, Page, Sort, Words, items_of
from kartu.records.lists.asking import Asking
from kartu.security.rows import GuardedQuerySet
from kartu.security.views import get_or_404
from kartu.security.views_log import saw

SERIES = Resource("series", gettext_lazy("Recurring tasks"), order=121)


class SeriesPage(Page):
    items: list[SeriesOut]


def in_full() -> GuardedQuerySet:
    return Series.objects.select_related("client", "person", "author", "team")


def series_or_404(request: HttpRequest, pk: int, right: str = CHANGE) -> Series:
    return get_or_404(Series, pk, request.user, right, rows=in_full())


@SERIES.get("/series", SeriesPage)
@access(VIEW)
def read_all_series(
    request: HttpRequest,
    f: list[str] = Filters,
    q: str = Words,
    s: str = Sort,
    after: str = After,
    before: str = Before,
    limit: int = Limit,
) -> dict[str, Any]:
    """Recurring tasks, filtered and sorted by the columns of their list (`GET /lists/series`), page by page."""
    by = request.user
    return items_of(request.GET, LIST, by, limit, rows=in_full(), told=lambda row: told(row, by))


@SERIES.post("/series", SeriesOut)
@access(CREATE)
def start_series(request: HttpRequest, data: SeriesIn) -> Status:
    """Its next tasks stand there at once."""
    with doing(request, _("Recurring task set")), in_our_words():
        series = add(data, request.user)
    return Status(201, answered(request, series.pk))


def add(data: SeriesIn, by: Actor) -> Series:
    values = data.given("client_id", "contact_id", "segment_id", "person_id", "rule", "at", "reminders")
    return actions.start_series(
        **values,
        rule=rule_of(data.rule),
        at=clock(data.at),
        client=client_of(data.client_id, by),
        contact=contact_of(data.contact_id, by),
        segment=segment_of(data.segment_id, by),
        person=doer(data.person_id, by),
        reminders=None if data.reminders is None else [each.sent() for each in data.reminders],
        by=by,
    )


def rule_of(text: str) -> Rule:
    try:
        return parse(text)
    except RuleError as wrong:
        raise ValidationError({"rule": f"{wrong.part}: {wrong.message}"}) from wrong


def clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def segment_of(pk: int | None, by: Actor) -> Segment | None:
    if pk is None:
        return None
    return pointed(Segment.objects.visible_to(by).filter(pk__in=list(usable(Asking(by)))), pk, "segment_id")


def answered(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The series as it stands after an act."""
    series = in_full().visible_to(request.user).get(pk=pk)
    show_version(request, series)
    return told(series, request.user)


@SERIES.get("/series/{int:pk}", SeriesWholeOut)
@access(VIEW)
def read_series(request: HttpRequest, pk: int) -> dict[str, Any]:
    """With its next dates, and the tasks that stand there already for them."""
    series = series_or_404(request, pk, VIEW)
    saw("page", by=request.user, row=series)
    show_version(request, series)
    dates = [] if series.segment_id or series.is_over else coming(series, request.user)
    return {**told(series, request.user), "next": [date_told(each) for each in dates]}


def date_told(one: Coming) -> dict[str, Any]:
    moment: datetime | None = one.moment
    return {
        "slot": one.slot, "day": one.day, "at": moment, "moved_from": one.by_rule, "task_id": one.task and one.task.pk,
    }  # fmt: skip


@SERIES.patch("/series/{int:pk}", SeriesOut)
@access(CHANGE)
def change_series(request: HttpRequest, pk: int, data: SeriesChange) -> dict[str, Any]:
    """All of its tasks that are still to be done. What others changed since your `version` stays, unless it is the same
    field: then 409, and nothing is written."""
    series = series_or_404(request, pk)
    values = typed(data)
    base = base_sent(request, series, data, values)
    with doing(request, series.title), in_our_words():
        actions.change_series(series=series, values=values, base=base, by=request.user)
    return answered(request, pk)


def typed(data: SeriesChange) -> dict[str, Any]:
    values = data.sent("version")
    if "rule" in values:
        rule_of(values["rule"])
    if "at" in values:
        values["at"] = clock(values["at"])
    if values.get("reminders") is not None:
        values["reminders"] = [each.sent() for each in values["reminders"]]
    return values


@SERIES.post("/series/{int:pk}/skip", SeriesOut, status=200)
@access(CHANGE)
def skip_day(request: HttpRequest, pk: int, data: SlotIn) -> dict[str, Any]:
    """The one of `slot` is left out, whether its task stands there yet or not."""
    series = series_or_404(request, pk)
    with doing(request, _("Left out")):
        actions.skip_day(series=series, slot=data.slot, by=request.user)
    return answered(request, pk)


@SERIES.post("/series/{int:pk}/bring-back", SeriesOut, status=200)
@access(CHANGE)
def bring_back(request: HttpRequest, pk: int, data: SlotIn) -> dict[str, Any]:
    series = series_or_404(request, pk)
    with doing(request, _("It comes after all")):
        actions.bring_back(series=series, slot=data.slot, by=request.user)
    return answered(request, pk)


@SERIES.post("/series/{int:pk}/pause", SeriesOut, status=200)
@access(CHANGE)
def pause_series(request: HttpRequest, pk: int, data: PauseIn) -> dict[str, Any]:
    """From `first` (today) to `last` (until it is gone on with)."""
    series = series_or_404(request, pk)
    with doing(request, _("Paused")):
        actions.pause_series(series=series, first=data.first, last=data.last, by=request.user)
    return answered(request, pk)


@SERIES.post("/series/{int:pk}/resume", SeriesOut, status=200)
@access(CHANGE)
def resume_series(request: HttpRequest, pk: int) -> dict[str, Any]:
    series = series_or_404(request, pk)
    with doing(request, _("It goes on")):
        actions.resume_series(series=series, by=request.user)
    return answered(request, pk)


@SERIES.post("/series/{int:pk}/end", SeriesOut, status=200)
@access(CHANGE)
def end_series(request: HttpRequest, pk: int, data: EndIn) -> dict[str, Any]:
    """Nothing comes after `last` (today)."""
    series = series_or_404(request, pk)
    with doing(request, _("Ended")):
        actions.end_series(series=series, last=data.last, by=request.user)
    return answered(request, pk)


@SERIES.delete("/series/{int:pk}")
@access(TRASH)
def trash_series(request: HttpRequest, pk: int) -> Status:
    """Into the trash, with its tasks that lie ahead; `POST /trash/planner.series/{pk}/restore` takes it out again."""
    series = series_or_404(request, pk, TRASH)
    with doing(request, _("Put in the trash")):
        actions.trash_series(series=series, by=request.user)
    return Status(204, None)


@SERIES.post("/series/dates", DatesOut, status=200)
@access(CREATE)
def read_dates(request: HttpRequest, data: DatesIn) -> dict[str, Any]:
    """What a rule means, before anything is set up: the sentence, and its next dates for the token's person."""
    by = request.user
    rule_of(data.rule)
    client = client_of(data.client_id, by)
    series = Series(
        person=by, zone=by.time_zone, rule=data.rule, starts_on=data.starts_on, at=clock(data.at),
        client_id=client and client.pk, created_at=timezone.now(),
    )  # fmt: skip
    return {"sentence": sentence_of(series, by), "next": [date_told(each) for each in coming(series, by, data.limit)]}
