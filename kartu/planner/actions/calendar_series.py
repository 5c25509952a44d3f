"""Entries of calendar files that come again and again: series of their person, and single times that are others."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Component

from kartu.clients.actions.editing import locked
from kartu.core.actors import Actor
from kartu.planner.actions.series import change_series, start_series
from kartu.planner.actions.series_days import is_given, skip_day
from kartu.planner.actions.tasks import change_task, set_task
from kartu.planner.ics.reading import Entry, entry_of
from kartu.planner.ics.repeating import Repeat, slot_of
from kartu.planner.making import tasks_of
from kartu.planner.models import FromCalendar, Series, SeriesFromCalendar, Task
from kartu.planner.models.series import beginning_of
from kartu.planner.recurrence import Rule, to_text
from kartu.planner.recurrence.occurring import next_after

DAY = timedelta(days=1)
TYPED = ("title", "text", "kind", "priority", "is_private")


def known_series(uids: list[str], by: Actor) -> dict[str, SeriesFromCalendar]:
    rows = SeriesFromCalendar.objects.visible_to(by).filter(uid__in=uids, series__person_id=by.pk, trashed_at=None)
    return {row.uid: row for row in rows.filter(series__trashed_at=None).select_related("series")}


def start_from(entry: Entry, by: Actor, first: Task | None = None) -> SeriesFromCalendar:
    """A series of `by`; `first`: the task that was taken before the entry came again. Raises ValidationError where
    nothing comes any more."""
    repeat = entry.repeat
    check_ahead(repeat)
    typed = {name: entry.values[name] for name in TYPED}
    reminders = [{"before": minutes} for minutes in entry.before] or None
    series = start_series(rule=repeat.rule, reminders=reminders, first=first, by=by, **typed, **repeat.columns)
    row = SeriesFromCalendar(series=series, uid=entry.uid, source=entry.source)
    row.save()
    return row


def check_ahead(repeat: Repeat) -> None:
    series = Series(rule=to_text(repeat.rule), starts_on=repeat.starts_on, at=repeat.at, zone=repeat.zone)
    if next_after(repeat.rule, series.start, timezone.now()) is None:
        raise ValidationError(_("It is over: it does not come any more"), code="over")


def change_from(entry: Entry, row: SeriesFromCalendar, by: Actor) -> Series:
    """The series with what is new in the file. What was left out, paused or ended here stays so."""
    series, before = locked(row.series, by), told_before(row)
    values, old = values_of(entry), values_of(before)
    changed = {name: value for name, value in values.items() if name not in old or old[name] != value}
    changed["rule"] = to_text(kept_here(entry.repeat.rule, series, before))
    row.source = entry.source
    row.save()
    return change_series(series=series, values=changed, by=by)


def told_before(row: SeriesFromCalendar) -> Entry:
    return entry_of(Component.from_ical(row.source), row.series.place)


def values_of(entry: Entry) -> dict[str, Any]:
    return {name: entry.values[name] for name in TYPED} | (entry.repeat.columns if entry.repeat else {})


def kept_here(rule: Rule, series: Series, before: Entry) -> Rule:
    """`rule` of the file with what was done to the series here, after the file had said `before`."""
    old = before.repeat.rule.exceptions if before.repeat else ()
    own = tuple(slot for slot in series.as_rule.exceptions if slot not in old)
    rule = replace(rule, exceptions=(*rule.exceptions, *own), pauses=series.as_rule.pauses)
    return rule.ended(series.ended_on) if series.ended_on else rule


def take_one_of(entry: Entry, series: Series, by: Actor) -> tuple[str, FromCalendar | None]:
    """One time of `series` that is another than the rule gives, or called off: "new", "changed" or "same", and what is
    kept of it. Raises ValidationError for what cannot be taken."""
    if entry.with_all_that_follow:
        raise ValidationError(_("It changes this one and all that follow: do that in the series"), code="range")
    slot = slot_of(entry.told, series.place, series.at)
    if entry.is_called_off:
        if slot in series.as_rule.exceptions:
            return "same", None
        skip_day(series=series, slot=slot, by=by)
        return "changed", None
    task = tasks_of(series).filter(slot=slot).first()
    if task is not None:
        values = {name: value for name, value in entry.values.items() if name != "kind"}
        return "changed", kept(entry, change_task(task=task, values=values, by=by))
    moment = entry.values["start_at"] or entry.values["due_at"] or beginning_of(entry.values["due_on"], series.place)
    if moment < timezone.now() - DAY:
        raise ValidationError(_("It is over already"), code="over")
    if is_given(series, slot):
        skip_day(series=series, slot=slot, by=by)
    reminders = [{"before": minutes} for minutes in entry.before] or None
    return "new", kept(entry, set_task(**entry.values, reminders=reminders, by=by))


def kept(entry: Entry, task: Task) -> FromCalendar:
    return FromCalendar(task=task, uid=entry.uid, recurrence=entry.recurrence, source=entry.source)
