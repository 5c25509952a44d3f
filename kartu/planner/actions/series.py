"""Recurring tasks: set up, changed (all of them, or from one on), paused, gone on with, ended."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.actions.editing import check, locked, only, put
from kartu.clients.models import Client, Contact, Segment
from kartu.clients.segments.meaning import usable
from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.firm.models import User
from kartu.planner import recurrence
from kartu.planner.actions.keeping import keep_in_step
from kartu.planner.actions.tasks import check_pointed_at, check_receiver, settle_contact
from kartu.planner.client_dates import dates_for
from kartu.planner.events import SeriesChanged, TaskTrashed
from kartu.planner.making import Maker, tasks_of
from kartu.planner.models import Series, Task
from kartu.planner.recurrence import Rule, RuleError, filled, occurrences, to_text
from kartu.planner.rights import CHANGE, CREATE, VIEW
from kartu.records.lists.asking import Asking
from kartu.security.actions import Refused, action

WHY = "a series as it was before a change, and the one of a task that is closed"
MOST_LINES = 200
DAY = timedelta(days=1)
# What a person types of a series.
COLUMNS = frozenset(
    {
        *("title", "text", "kind", "priority", "client_id", "contact_id", "segment_id", "estimate_minutes", "begins"),
        *("needs_acceptance", "to_responsible", "items", "reminders", "rule", "zone", "starts_on", "at", "person_id"),
        "is_private",
    }
)


@action(CREATE)
def start_series(
    *,
    title: str,
    rule: Rule,
    starts_on: date,
    at: time | None = None,
    person: User | None = None,
    client: Client | None = None,
    contact: Contact | None = None,
    segment: Segment | None = None,
    first: Task | None = None,
    by: Actor,
    **columns: Any,
) -> Series:
    """A duty of `person` (`by`, if nobody is named) that comes back by `rule`; its next tasks stand there at once.

    With `segment` there is one for each client in it, now and whenever one comes in. `first`: a task that it is made
    of, and that is the one of its day from now on. `columns`: any further of COLUMNS. Raises ValidationError by the
    names of the arguments, and Refused where `by` may not set tasks for `person`.
    """
    person = person or by
    check_receiver(by, person)
    series = Series(title=title, person=person, author_id=by.pk, starts_on=starts_on, at=at, **only(columns, COLUMNS))
    series.zone = series.zone or person.time_zone
    series.client, series.contact, series.segment = client, contact, segment
    series.rule = to_text(filled(rule, starts_on))
    settle(series, by)
    check_date(series, by)
    series.save()
    if first is not None:
        take_in(first, series, by)
    Maker(timezone.now()).make(series)
    publish(SeriesChanged(series.pk, by.pk))
    return series


def take_in(task: Task, series: Series, by: Actor) -> None:
    """Let `task` be the one of its day, where the series has one then."""
    fresh = locked(task, by)
    if fresh.series_id:
        raise ValidationError(_("This task comes back already: change its series"), code="twice")
    if fresh.at is None or fresh.state != Task.State.OPEN:
        return
    day = fresh.due_on or fresh.at.astimezone(series.place).date()
    maker = Maker(timezone.now())
    one = next((each for each in maker.first(series, 1) if day in (each.day, each.by_rule)), None)
    if one is not None:
        fresh.series, fresh.slot = series, one.slot
        fresh.save()


def settle(series: Series, by: Actor) -> None:
    """Check what was typed, and let one thing follow from the other."""
    settle_contact(series)
    if not series.person.may(VIEW):
        told = _("%(name)s may not see tasks at all. Give another role first.") % {"name": series.person}
        raise ValidationError({"person": told}, code="no_right")
    if series.segment_id and series.client_id:
        raise ValidationError({"segment": _("One client, or the clients of a segment, not both")}, code="twice")
    if series.is_private and series.person_id != by.pk and not by.is_system:
        raise ValidationError({"is_private": _("Only a task of your own can be private")}, code="private")
    if series.is_private and series.segment_id:
        raise ValidationError({"is_private": _("What each client gets is not private")}, code="private")
    if series.to_responsible and not series.segment_id and not series.whole_id:
        series.to_responsible = False
    series.items = [" ".join(str(line).split())[:300] for line in series.items if str(line).strip()]
    if len(series.items) > MOST_LINES:
        told = _("A checklist has at most %(count)s lines") % {"count": MOST_LINES}
        raise ValidationError({"items": told}, code="many")
    settle_rule(series)
    check(series)
    if not series.title:
        raise ValidationError({"title": _("What is to be done?")}, code="required")


def settle_rule(series: Series) -> None:
    try:
        rule = series.as_rule
        recurrence.check(rule, series.start)
    except RuleError as wrong:
        raise ValidationError({"rule": ValidationError(wrong.message, code=wrong.part)}) from wrong
    if rule.field and not (series.client_id or series.segment_id or series.contact_id):
        raise ValidationError({"rule": _("Whose date? Name the client first.")}, code="rule")
    if series.begins and not series.at and not rule.times:
        raise ValidationError({"at": _("When does it begin?")}, code="begins")
    if series.begins and not (series.estimate_minutes or 1) <= Task.LONGEST.total_seconds() // 60:
        raise ValidationError({"estimate_minutes": _("It must end after it begins, and within 31 days")}, code="ends")


def check_date(series: Series, by: Actor) -> None:
    """The date of the client that the rule counts from is one that `by` may know of."""
    field = series.as_rule.field
    if field and not by.is_system and field not in dict(dates_for(by)):
        wrong = ValidationError(_("There is no such date of a client, or not for you"), code="X-FIELD")
        raise ValidationError({"rule": wrong})


def check_segment(series: Series, before: Series, by: Actor) -> None:
    """Whose clients they are may change; that they are the clients of a segment may not."""
    if bool(series.segment_id) != bool(before.segment_id):
        told = _("Set up another series for that: this one stays what it is")
        raise ValidationError({"segment": told}, code="other")
    if series.segment_id and series.segment_id not in usable(Asking(by)):
        raise ValidationError({"segment": _("This is not there, or not for you")}, code="unseen")


def check_whole(series: Series) -> None:
    """What comes from a segment is changed for all its clients at once."""
    if series.whole_id:
        told = _("This comes from “%(title)s”, which is for each client of a segment: change it there")
        raise ValidationError(told % {"title": series.title}, code="part")


@action(CHANGE, hands_over=True)
def change_series(*, series: Series, values: dict[str, Any], base: dict[str, Any] | None = None, by: Actor) -> Series:
    """Write `values` (some of COLUMNS) over `base`, the values that the person saw, and into all tasks that are still
    to be done; raises EditConflicts. What somebody has changed in one of these tasks stays as he changed it."""
    values = only(values, COLUMNS)
    check_pointed_at(values, by)
    fresh, changed = put(series, values, base, by)
    if not changed:
        return fresh
    check_whole(fresh)
    before = Series.objects.as_system(WHY).get(pk=fresh.pk)
    if "person_id" in changed:
        fresh.person = User.objects.get(pk=fresh.person_id)
        check_receiver(by, fresh.person)
    if "client_id" in changed and "contact_id" not in changed:
        fresh.contact = None
    if "segment_id" in changed:
        check_segment(fresh, before, by)
    write(fresh, before, by)
    return fresh


def write(series: Series, before: Series, by: Actor) -> None:
    """Save what was changed, and keep the tasks in step."""
    series.rule = to_text(filled(series.as_rule, series.starts_on)) if series.rule else series.rule
    if series.at != before.at and series.rule == before.rule:
        series.rule = to_text(replace(series.as_rule, exceptions=before.left_out_at(series.at)))
    if series.ended_on and series.as_rule.until != series.ended_on:
        series.ended_on = None  # it ends another day, or goes on
    settle(series, by)
    if series.as_rule.field != before.as_rule.field:
        check_date(series, by)
    series.save()
    keep_in_step(series, before, Maker(timezone.now()))
    publish(SeriesChanged(series.pk, by.pk))


@action(CHANGE, hands_over=True)
def change_following(*, task: Task, values: dict[str, Any], by: Actor) -> Series:
    """From `task` on the series is another one, with `values`; the one so far ends the day before."""
    old = series_of(task, by)
    check_whole(old)
    one = occurrence_of(old, task)
    if one is None or one.by_rule <= old.starts_on or not is_anything_before(old, one.by_rule):
        return change_series(series=old, values=values, by=by)
    new = Series(**{name: getattr(old, name) for name in COPIED})
    new.starts_on = one.by_rule
    new.rule = to_text(with_rest_of_count(old, one.by_rule))
    new.save()
    rows = list(tasks_of(old).filter(state=Task.State.OPEN, slot__gte=task.slot).select_for_update(of=("self",)))
    for row in rows:
        row.series = new
        row.save()
    fresh = locked(old, by)
    fresh.rule = to_text(fresh.as_rule.ended(one.by_rule - DAY))
    fresh.ended_on = one.by_rule - DAY
    fresh.save()
    publish(SeriesChanged(fresh.pk, by.pk))
    return change_series(series=new, values={"starts_on": new.starts_on} | values, by=by)


COPIED = (*sorted(COLUMNS), "author_id", "whole_id", "made_until")


def series_of(task: Task, by: Actor) -> Series:
    series = Series.objects.visible_to(by, CHANGE).filter(pk=task.series_id).first()
    if series is None:
        raise Refused(f"the series of task {task.pk}")
    return series


def occurrence_of(series: Series, task: Task) -> recurrence.Occurrence | None:
    """What of the rule the task is; None after completion, or where the rule gives it no more."""
    if not task.slot or task.slot.startswith("#"):
        return None
    at = datetime.combine(date.fromisoformat(task.slot[:10]), time.min, series.place)
    around = timedelta(days=600 if series.as_rule.field else 70)
    found = occurrences(series.as_rule, series.start, after=at - around, until=at + around, **Maker(at).known(series))
    return next((one for one in found if one.slot == task.slot), None)


def is_anything_before(series: Series, day: date) -> bool:
    first = next(iter(Maker(timezone.now()).first(series, 1)), None)
    return first is not None and first.by_rule < day


def with_rest_of_count(series: Series, day: date) -> Rule:
    """The rule from `day` on: of so many times in all, as many as are left."""
    rule = series.as_rule
    if not rule.count:
        return rule
    bare = replace(rule, exceptions=(), extra=(), pauses=(), holiday=recurrence.Holiday.KEEP)
    copy = Series(**{name: getattr(series, name) for name in COPIED})
    copy.rule = to_text(bare)
    gone = sum(one.by_rule < day for one in Maker(timezone.now()).first(copy, rule.count))
    return replace(rule, count=max(1, rule.count - gone))


@action(CHANGE)
def skip_task(*, task: Task, by: Actor) -> Task:
    """This one is left out; the series goes on."""
    fresh = locked(task, by)
    series = series_of(fresh, by)
    if fresh.state != Task.State.OPEN:
        raise ValidationError(_("This is done already"), code="done")
    leave_out(fresh, series)
    fresh.trashed_at = timezone.now()
    fresh.save()
    publish(TaskTrashed(fresh.pk, by.pk))
    return fresh


def leave_out(task: Task, series: Series) -> None:
    """Let the rule not give it again."""
    if task.slot.startswith("#"):
        return
    rule = series.as_rule
    if task.slot not in rule.exceptions and occurrence_of(series, task):
        series.rule = to_text(rule.without([task.slot]))
        series.save()


@action(CHANGE)
def pause_series(*, series: Series, first: date | None = None, last: date | None = None, by: Actor) -> Series:
    """Nothing comes from `first` (today) to `last` (until it is gone on with). What is open and lies there goes."""
    fresh, before = locked(series, by), locked(series, by)
    check_whole(fresh)
    first = first or timezone.now().astimezone(fresh.place).date()
    change_rule(fresh, before, lambda rule: rule.paused(first, last), by)
    return fresh


@action(CHANGE)
def resume_series(*, series: Series, on: date | None = None, by: Actor) -> Series:
    """It goes on from `on` (today)."""
    fresh, before = locked(series, by), locked(series, by)
    check_whole(fresh)
    on = on or timezone.now().astimezone(fresh.place).date()
    change_rule(fresh, before, lambda rule: rule.resumed(on), by)
    return fresh


@action(CHANGE)
def end_series(*, series: Series, last: date | None = None, by: Actor) -> Series:
    """Nothing comes after `last` (today); what is open behind it goes."""
    fresh, before = locked(series, by), locked(series, by)
    last = last or timezone.now().astimezone(fresh.place).date()
    fresh.ended_on = last
    fresh.stays_out = bool(fresh.whole_id)
    change_rule(fresh, before, lambda rule: rule.ended(last), by)
    return fresh


def change_rule(series: Series, before: Series, change: Any, by: Actor) -> None:
    try:
        series.rule = to_text(change(series.as_rule))
    except RuleError as wrong:
        raise ValidationError({"rule": wrong.message}, code="rule") from wrong
    series.save()
    keep_in_step(series, before, Maker(timezone.now()))
    publish(SeriesChanged(series.pk, by.pk))


def make_next(task_id: int) -> None:
    """The one after completion, in the transaction that closes the one before."""
    task = Task.objects.as_system(WHY).filter(pk=task_id, series__isnull=False).first()
    is_over = task and (task.trashed_at or task.state in (Task.State.DONE, Task.State.DROPPED))
    if is_over:
        Maker(timezone.now()).make_next(task)


def gone_from_series(task_id: int) -> None:
    """A task that was thrown away does not come again by itself."""
    task = Task.objects.as_system(WHY).filter(pk=task_id, series__isnull=False).first()
    series = task and Series.objects.as_system(WHY).live().filter(pk=task.series_id).first()
    if series:
        leave_out(task, series)
        make_next(task_id)
