"""The open tasks of a series kept in step with it: what nobody has changed follows, what somebody has changed stays."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kartu.core.outbox import publish
from kartu.planner.actions.parts import name_author, put_items
from kartu.planner.actions.when import key_of, put_reminders
from kartu.planner.events import TaskAssigned, TaskChanged, TaskTrashed
from kartu.planner.making import TAKEN, Maker, horizon, reminders_of, tasks_of
from kartu.planner.models import Participant, Reminder, Series, Task, TaskItem
from kartu.planner.recurrence import Occurrence, occurrences, to_text

WHY = "the open tasks of a series follow it"
DAY = timedelta(days=1)


def keep_in_step(series: Series, before: Series, maker: Maker) -> None:
    """Carry what differs between `before` and `series` into the open tasks; make what is missing, drop what is over."""
    rows = list(tasks_of(series).filter(state=Task.State.OPEN).select_for_update(of=("self",)).order_by("slot"))
    was, now = given(before, rows, maker), given(series, rows, maker)
    left = {slot: one for slot, one in now.items() if slot not in {row.slot for row in rows}}
    for row in rows:
        one = now.get(row.slot) or on_the_same_day(row, left)
        if one is not None:
            left.pop(one.slot, None)
        follow(row, series, before, was.get(row.slot), one, maker)
    leave_out_what_is_done(series, left)
    maker.make(series)


def leave_out_what_is_done(series: Series, left: dict[str, Occurrence]) -> None:
    """Where one of the day is closed already, another time of day makes no second one."""
    closed = tasks_of(series).exclude(state=Task.State.OPEN).values_list("slot", flat=True)
    there = {slot[:10]: slot for slot in closed}
    if slots := [slot for slot in left if there.get(slot[:10], slot) != slot]:
        series.rule = to_text(series.as_rule.without(slots))
        series.save()


def given(series: Series, rows: list[Task], maker: Maker) -> dict[str, Occurrence]:
    """The occurrences of the rule, by slot, around the open tasks and up to the horizon."""
    rule = series.as_rule
    if rule.after_done:
        return {}
    moments = [row.at for row in rows if row.at] + [maker.now]
    first, last = min(moments) - 70 * DAY, max(*moments, maker.now + horizon(rule)) + 70 * DAY
    found = occurrences(rule, series.start, after=first, until=last, **maker.known(series))
    return {one.slot: one for one in found}


def on_the_same_day(task: Task, left: dict[str, Occurrence]) -> Occurrence | None:
    return next((one for slot, one in left.items() if slot[:10] == task.slot[:10]), None)


def follow(
    task: Task, series: Series, before: Series, was: Occurrence | None, one: Occurrence | None, maker: Maker
) -> None:
    """One open task after a change of its series. `was`, `one`: what the rule gave and gives for it."""
    is_as_given = was is not None and same_times(task, before.times_of(was))
    if one is None and is_as_given and not task.slot.startswith("#") and task.at and task.at > maker.now:
        task.trashed_at = timezone.now()
        task.save()
        publish(TaskTrashed(task.pk, None))
        return
    changed = carried(task, series, before)
    if one is not None:
        task.slot = one.slot
        if is_as_given and not same_times(task, times := series.times_of(one)):
            changed |= {name for name, value in times.items() if getattr(task, name) != value}
            for name, value in times.items():
                setattr(task, name, value)
    from_id = task.person_id
    if series.person_id != before.person_id and from_id == before.person_id and task.instead_of_id is None:
        task.person = series.person
        keep_author(task, series)  # before the task is given away: what is taken back goes the other way round
    task.save()
    follow_parts(task, series, before, from_id)
    if changed:
        publish(TaskChanged(task.pk, tuple(sorted(changed)), None))


def same_times(task: Task, times: dict[str, Any]) -> bool:
    return all(getattr(task, name) == value for name, value in times.items())


def carried(task: Task, series: Series, before: Series) -> set[str]:
    """Write what is new in the series over what the task has from it; the columns."""
    changed = set()
    for name in TAKEN:
        old, new = getattr(before, name), getattr(series, name)
        if old != new and getattr(task, name) == old:
            setattr(task, name, new)
            changed.add(name)
    return changed


def follow_parts(task: Task, series: Series, before: Series, from_id: int) -> None:
    reminders = Reminder.objects.as_system(WHY).filter(task=task, trashed_at=None)
    if task.person_id != from_id:
        for reminder in reminders.filter(person_id=from_id):
            reminder.person = task.person
            reminder.save()
        publish(TaskAssigned(task.pk, from_id, task.person_id, None))
    if series.reminders != before.reminders:
        had = {key_of(row.before, row.on_the_day, row.typed_at) for row in reminders.filter(person_id=task.person_id)}
        if had == {wanted_key(each) for each in reminders_of(before, task)}:
            put_reminders(task, task.person, reminders_of(series, task))
    if series.items != before.items:
        items = list(TaskItem.objects.as_system(WHY).filter(task=task, trashed_at=None))
        if [item.text for item in items] == before.items and not any(item.is_done for item in items):
            for item in items:
                item.trashed_at = timezone.now()
                item.save()
            put_items(task, series.items)


def keep_author(task: Task, series: Series) -> None:
    """Whoever set up the series goes on seeing a task that it gives to somebody else, and may take that back."""
    if series.author_id in (None, task.person_id):
        return
    named = Participant.objects.as_system(WHY).filter(task=task, person=series.author_id, trashed_at=None)
    if not named.filter(kind=Participant.Kind.AUTHOR).exists():
        name_author(task, series.author)


def wanted_key(each: dict[str, Any]) -> tuple:
    return key_of(each.get("before"), each.get("on_the_day", False), each.get("typed_at"))
