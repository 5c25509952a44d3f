"""What must hold of tasks: asked by `kartu check`."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, F, OuterRef

from kartu.core.jobs.invariants import DELIVERED_WITHIN, is_awake
from kartu.core.jobs.queue import database_now
from kartu.core.models import FailedDelivery
from kartu.notifications.models import Notification
from kartu.planner.models import Reminder, Task

WHY = "to see that everybody was reminded of his tasks"
HANDLER = "planner.tell_of_reminder"
# The clock reminds each minute; a worker that starts anew has to come round to it.
REMINDED_WITHIN = timedelta(minutes=5)


def reminders_are_told() -> Iterator[str]:
    """While the clock runs, every reminder whose moment has come was told, and whoever does the task heard of it."""
    now = database_now()
    rows = Reminder.objects.as_system(WHY).filter(
        trashed_at=None, task__trashed_at=None, task__state=Task.State.OPEN, task__client__trashed_at=None
    )
    if is_awake(now):
        late = rows.filter(at__lt=now - REMINDED_WITHIN, told_at=None)
        for pk, task_id in late.order_by("pk").values_list("pk", "task_id"):
            yield f"planner.reminder {pk} of task {task_id} is due, and nobody was told of it"
    notices = Notification.objects.as_system(WHY).filter(
        about_type=Task._meta.label_lower, about_id=OuterRef("task_id")
    )
    # One that was over when it was set, or moved into the past, is told to nobody.
    at_its_time = rows.filter(told_at__lt=F("at") + REMINDED_WITHIN, told_at__gte=F("at"), person=F("task__person"))
    settled = at_its_time.filter(~Exists(notices), told_at__lt=now - DELIVERED_WITHIN)
    failed = {
        row.event.payload["reminder_id"]
        for row in FailedDelivery.objects.filter(handler=HANDLER).select_related("event")
    }
    for pk, task_id in settled.order_by("pk").values_list("pk", "task_id"):
        if pk not in failed:
            yield f"planner.reminder {pk} of task {task_id} came due and went nowhere; set another time for it"
