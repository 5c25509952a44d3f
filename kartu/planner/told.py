"""Who hears of what was moved in the scheduler, and in which words."""

from datetime import datetime

from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kartu.core.about import abouts
from kartu.core.formats import format_time, near_date
from kartu.firm.models import User
from kartu.notifications.actions import notify
from kartu.notifications.kinds import IN_WORK, Kind, kinds
from kartu.planner.events import TaskPlaced
from kartu.planner.models import Task

kinds.add(Kind("planner.moved", _("A colleague moves your tasks"), IN_WORK, order=60))

WHY = "who is told that a task was moved"


def tell_placed(event: TaskPlaced) -> None:
    """Whoever has it now and whoever had it, but for the one who did it."""
    task = Task.objects.as_system(WHY).filter(pk=event.task_id, trashed_at=None).select_related("person").first()
    if task is None:
        return
    people = User.objects.in_bulk([event.from_id, event.to_id, *([event.by_id] if event.by_id else [])])
    common = {
        **{"kind": "planner.moved", "url": abouts.get(Task._meta.label_lower).url(task), "about": task},
        **{"by": people.get(event.by_id), "text": when_words(task)},
    }
    new, old = people[event.to_id], people[event.from_id]
    if new.pk == old.pk:
        tell([new], event, format_lazy(_("Moved: “{title}”"), title=task.title), common)
        return
    tell([new], event, format_lazy(_("Given to you: “{title}”"), title=task.title), common)
    taken = format_lazy(_("“{title}” is now done by {name}"), title=task.title, name=new.name)
    tell([old], event, taken, common)


def tell(people: list[User], event: TaskPlaced, title: str, common: dict) -> None:
    notify(to=[person for person in people if person.pk != event.by_id], title=title, **common)


def said(task: Task) -> str:
    moment = task.start_at or task.due_at
    if moment is None:
        return near_date(task.due_on) if task.due_on else ""
    return to_the_minute(moment)


def to_the_minute(moment: datetime) -> str:
    day, clock = near_date(moment), format_time(moment)
    return day if clock in day else f"{day} {clock}"


# Comes out in the language and the zone of the reader.
when_words = lazy(said, str)
