"""Reminders of tasks: chosen by a person, and told when their moment is there."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.moments import BELIEVED
from kartu.core.outbox import publish_many
from kartu.planner.actions.when import put_reminders
from kartu.planner.events import ReminderDue
from kartu.planner.models import Reminder, Task
from kartu.planner.rights import VIEW
from kartu.security.actions import action

WHY = "reminding people of their tasks at the minute they chose"
SEEMED_LATE = timedelta(days=7)
LATE_AFTER = timedelta(minutes=2)
LIMIT = 500
MOST = 10


@action(VIEW)
def set_reminders(*, task: Task, wanted: Iterable[dict[str, Any]], by: Actor) -> Task:
    """Let `by` be told of `task` at exactly these: dicts of before, on_the_day or typed_at."""
    wanted = list(wanted)
    if len(wanted) > MOST:
        raise ValidationError(_("At most %(count)s reminders of one task") % {"count": MOST}, code="many")
    fresh = Task.objects.visible_to(by).get(pk=task.pk)
    put_reminders(fresh, by, wanted)
    return fresh


def forget_early(now: datetime) -> None:
    """Whoever was reminded while the clock was ahead, long before the time, is reminded again when it is there.

    It then seemed to come very late. One that came at its time lies ahead too while the clock is behind; it stays told.
    """
    early = Reminder.objects.as_system(WHY).filter(at__gt=now, told_at__gt=now + BELIEVED)
    early.filter(told_at__gt=F("at") + SEEMED_LATE).update(told_at=None)


def remind(now: datetime) -> int:
    """Publish ReminderDue for those whose moment is there; how many. Inside a transaction.

    Marking and publishing are one, and the mark is written only where it is missing: each is told once.
    """
    forget_early(now)
    due = Reminder.objects.as_system(WHY).filter(
        at__lte=now, told_at=None, trashed_at=None, task__state=Task.State.OPEN, task__trashed_at=None,
        task__client__trashed_at=None,
    )  # fmt: skip
    rows = list(due.select_for_update(of=("self",), skip_locked=True).order_by("at", "id")[:LIMIT])
    Reminder.objects.as_system(WHY).filter(pk__in=[row.pk for row in rows]).update(told_at=now)
    publish_many(ReminderDue(row.pk, row.task_id, row.person_id, is_late=now - row.at > LATE_AFTER) for row in rows)
    return len(rows)
