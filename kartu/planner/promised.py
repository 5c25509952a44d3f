"""The tasks of the demo firm: the calls that its people have promised, kept and still to be kept."""

import random

from kartu.clients.demo.card import World
from kartu.clients.demo.news import News, Piece
from kartu.clients.demo.promising import Keeper, Promise, keepers
from kartu.core.demo import DemoPart, demo_parts
from kartu.planner.models import Outcome, Reminder, Task
from kartu.planner.starting import ready_outcomes
from kartu.planner.telling.reminders import KIND, about, ring_of, title_of
from kartu.planner.telling.words import address_of


def fill(language: str, rng: random.Random) -> None:
    """Without a word to the log, in which the past of the demo firm is still to be written."""
    for place, values in enumerate(ready_outcomes(language), 1):
        Outcome.objects.create(place=place, **values)


def keep(world: World, news: News, promises: list[Promise]) -> None:
    agreed = Outcome.objects.filter(kind=Task.Kind.CALL, is_active=True).first()
    for promise in promises:
        task = Task(
            title=promise.what,
            kind=Task.Kind.CALL,
            client=promise.client,
            contact=promise.contact,
            person=promise.person,
            author=promise.person,
            due_at=promise.due,
        )
        world.past.make(task, at=promise.since, by=promise.person)
        reminder = Reminder(task=task, person=promise.person, before=0)
        reminder.told_at = promise.due if promise.due < world.calendar.now else None
        world.past.make(reminder, at=promise.since, by=promise.person)
        if reminder.told_at:
            news.pieces.append(rung(task, reminder))
        if promise.kept:
            finish(world, task, promise, agreed)


def rung(task: Task, reminder: Reminder) -> Piece:
    return Piece(
        task.person,
        task.due_at,
        KIND,
        str(title_of(task)),
        about(task, reminder),
        address_of(task),
        task,
        dedupe=ring_of(reminder),
    )


def finish(world: World, task: Task, promise: Promise, agreed: Outcome | None) -> None:
    touch = promise.kept
    values = {"state": Task.State.DONE, "result": touch.result or touch.text, "touch_id": touch.pk}
    if touch.result and agreed:
        values["outcome_id"] = agreed.pk
    world.past.change(task, at=touch.at, by=task.person, closed_at=touch.at, closed_by_id=task.person_id, **values)


demo_parts.add(DemoPart("outcomes", order=90, fill=fill))
keepers.add(Keeper("planner", keep))
