"""The tasks of the demo firm: the calls that its people have promised, kept and still to be kept."""

from kartu.clients.demo.card import World
from kartu.clients.demo.news import News, Piece
from kartu.clients.demo.promising import Keeper, Promise, keepers
from kartu.planner.models import Reminder, Task
from kartu.planner.telling import KIND, about, address_of, ring_of, title_of


def keep(world: World, news: News, promises: list[Promise]) -> None:
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
            finish(world, task, promise)


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


def finish(world: World, task: Task, promise: Promise) -> None:
    touch = promise.kept
    values = {"state": Task.State.DONE, "result": touch.result or touch.text, "touch_id": touch.pk}
    world.past.change(task, at=touch.at, by=task.person, closed_at=touch.at, closed_by_id=task.person_id, **values)


keepers.add(Keeper("planner", keep))
