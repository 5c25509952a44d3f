"""What notices of tasks say, and where they lead."""

from datetime import datetime

from django.utils.functional import lazy

from kartu.core.about import abouts
from kartu.core.formats import format_time, near_date
from kartu.planner.models import Task


def address_of(task: Task) -> str:
    """The page of the task, from which its client is one click away."""
    return abouts.get(Task._meta.label_lower).url(task)


def said(task: Task) -> str:
    moment = task.exact_at
    if moment is None:
        return near_date(task.due_on) if task.due_on else ""
    return to_the_minute(moment)


def to_the_minute(moment: datetime) -> str:
    day, clock = near_date(moment), format_time(moment)
    return day if clock in day else f"{day} {clock}"


# Comes out in the language and the zone of the reader.
when_words = lazy(said, str)
