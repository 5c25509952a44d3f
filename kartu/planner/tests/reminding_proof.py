"""A task with a reminder, set from a process of its own, for tests of the program as it runs."""

from datetime import datetime

from kartu.notifications.models import Preference
from kartu.notifications.tests.proof import person
from kartu.planner import actions
from kartu.planner.models import Reminder
from kartu.planner.telling import KIND

WAYS = ["popup", "email", "push", "sms", "telegram"]


def due(moment: str) -> None:
    """Sari has chosen every way, and is to be reminded of a task at `moment`."""
    sari = person()
    Preference.objects.update_or_create(person=sari, kind=KIND, defaults={"channels": WAYS})
    at = datetime.fromisoformat(moment)
    actions.set_task(title="Call Rina", due_at=at, reminders=[{"before": 0}], by=sari)
    # Of a moment that is over already nothing ran at the time.
    Reminder.objects.as_system("a test").update(told_at=None)
