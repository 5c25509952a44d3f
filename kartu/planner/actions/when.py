"""When a task stands: what is typed made whole, and the reminders that go by it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.firm.models import User
from kartu.planner.models import Reminder, Task
from kartu.planner.models.task import TIMES

WHY = "keeping reminders in step with their tasks"
# Minutes before a task of this kind at which whoever does it is told, where nothing else was chosen.
AHEAD = {Task.Kind.MEETING: (15,), Task.Kind.VISIT: (60,)}
FIRST, LAST = date(1970, 1, 1), date(2199, 12, 31)


def settle_times(task: Task) -> None:
    """Give what begins an end; refuse what cannot be."""
    for name in TIMES:
        value = getattr(task, name)
        day = value.date() if isinstance(value, datetime) else value
        if day and not FIRST <= day <= LAST:
            raise ValidationError({name: _("No such year: %(year)s") % {"year": day.year}}, code="year")
    if task.end_at and not task.start_at:
        raise ValidationError({"start_at": _("When does it begin?")}, code="begins")
    if task.start_at and not task.end_at:
        minutes = task.estimate_minutes or Task.LENGTHS[task.kind]
        task.end_at = task.start_at + timedelta(minutes=minutes)
    if task.start_at and not timedelta(0) < task.end_at - task.start_at <= Task.LONGEST:
        told = _("It must end after it begins, and within 31 days")
        raise ValidationError({"end_at": told}, code="ends")
    if task.due_at and task.due_on:
        raise ValidationError({"due_on": _("A day or a moment, not both")}, code="twice")


def usual_reminders(task: Task) -> list[dict[str, Any]]:
    """What tells whoever does `task` where nobody said otherwise: to the minute, and ahead of what one goes to."""
    if task.exact_at:
        return [{"before": minutes} for minutes in (*AHEAD.get(task.kind, ()), 0)]
    return [{"on_the_day": True}] if task.due_on else []


def put_reminders(task: Task, person: User, wanted: Iterable[dict[str, Any]]) -> list[Reminder]:
    """Let `person` be told of `task` at exactly these; each of `wanted` is one of before, on_the_day, typed_at."""
    rows = Reminder.objects.as_system(WHY).filter(task=task, person=person, trashed_at=None)
    had = {key_of(row.before, row.on_the_day, row.typed_at): row for row in rows}
    kept = []
    for each in wanted:
        key = key_of(each.get("before"), each.get("on_the_day", False), each.get("typed_at"))
        row = had.pop(key, None)
        if row is None:
            row = Reminder(task=task, person=person, **each)
            row.told_at = None if is_ahead(row.moment(task)) else timezone.now()
            row.save()
        kept.append(row)
    for row in had.values():
        row.trashed_at = timezone.now()
        row.save()
    return kept


def key_of(before: int | None, on_the_day: bool, typed_at: datetime | None) -> tuple:
    return before, on_the_day, typed_at


def is_ahead(at: datetime | None) -> bool:
    """Whether a reminder for this moment is still to be told; what was over when it was set is told to nobody."""
    return at is None or at > timezone.now() - timedelta(minutes=2)
