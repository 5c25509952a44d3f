"""Who is to hear of an act on a task. Runs within the act; the telling is a job, which puts together what was done
together."""

from collections.abc import Iterator

from kartu.core.outbox import Event
from kartu.firm.models import User
from kartu.planner.events import (
    PersonNamed,
    TaskAccepted,
    TaskAssigned,
    TaskChanged,
    TaskDropped,
    TaskFinished,
    TaskReopened,
    TaskRestored,
    TaskReturned,
    TaskSet,
    TaskTrashed,
)
from kartu.planner.models import Participant, Task, TaskAfter, TaskNews
from kartu.planner.models.task import TIMES
from kartu.planner.telling.said import What
from kartu.security import audit

WHY = "who is to hear of what became of a task"
WATCHER, ATTENDEE = Participant.Kind.WATCHER, Participant.Kind.ATTENDEE
# Events that somebody hears of.
HEARD = (
    *(TaskSet, TaskAssigned, TaskChanged, PersonNamed, TaskFinished, TaskAccepted, TaskReturned),
    *(TaskDropped, TaskReopened, TaskTrashed, TaskRestored),
)

# What all people of a task hear of.
OF_ALL = {
    TaskDropped: What.DROPPED, TaskReopened: What.REOPENED, TaskTrashed: What.TRASHED, TaskRestored: What.RESTORED
}  # fmt: skip

News = tuple[int | None, str, int, str]


def gather(event: Event) -> list[TaskNews]:
    """Note whom `event` is to be told to: never whoever did it, nor anybody of what the program does by itself."""
    if event.by_id is None or not User.objects.filter(pk=event.by_id).exists():
        return []
    task = Task.objects.as_system(WHY).filter(pk=event.task_id).first()
    if task is None:
        return []
    change_set = audit.acting().change_set_id if audit.is_acting() else None
    found = {each for each in news_of(event, task) if each[0] not in (None, event.by_id)}
    rows = [
        TaskNews(
            person_id=person, what=what, task_number=number, text=text[:300], by_id=event.by_id,
            change_set_number=change_set,
        )
        for person, what, number, text in sorted(found)
    ]  # fmt: skip
    return TaskNews.objects.bulk_create(rows)


def job_of(row: TaskNews) -> str | None:
    """The name of the job that tells `row`: one for all that is done together, where it is known what is."""
    return f"task-news:{row.person_id}:{row.change_set_number}" if row.change_set_number else None


def news_of(event: Event, task: Task) -> Iterator[News]:
    """(person, what he hears, of which task, what more) of one event."""
    match event:
        case TaskSet():
            yield task.person_id, What.SET, task.pk, ""
        case TaskAssigned():
            yield event.to_id, What.GIVEN, task.pk, ""
            yield event.from_id, What.TAKEN, task.pk, ""
        case TaskChanged() if set(event.fields) & set(TIMES):
            yield task.person_id, What.MOVED, task.pk, ""
            for person in named(task, ATTENDEE):
                yield person, What.MOVED, task.pk, ""
        case PersonNamed():
            yield event.person_id, What.NAMED, task.pk, event.kind
        case TaskFinished():
            yield from of_the_end(event, task)
        case TaskAccepted():
            yield task.person_id, What.ACCEPTED, task.pk, ""
            yield from freed_by(task)
        case TaskReturned():
            yield task.person_id, What.RETURNED, task.pk, event.why
        case TaskDropped() | TaskReopened() | TaskTrashed() | TaskRestored():
            what = OF_ALL[type(event)]
            for person in {task.person_id, task.author_id, *named(task, WATCHER, ATTENDEE)}:
                yield person, what, task.pk, task.result if what == What.DROPPED else ""
            if what in (What.DROPPED, What.TRASHED):
                yield from freed_by(task)


def of_the_end(event: TaskFinished, task: Task) -> Iterator[News]:
    result = " · ".join(filter(None, [str(task.outcome or ""), task.result]))
    if event.to_accept:
        yield task.author_id, What.TO_ACCEPT, task.pk, result
    for person in {task.person_id, task.author_id, *named(task, WATCHER)}:
        if not (event.to_accept and person == task.author_id):
            yield person, What.FINISHED, task.pk, result
    if not event.to_accept:
        yield from freed_by(task)


def named(task: Task, *kinds: str) -> list[int]:
    rows = Participant.objects.as_system(WHY).filter(task=task, trashed_at=None, kind__in=kinds)
    return list(rows.values_list("person_id", flat=True))


def freed_by(task: Task) -> Iterator[News]:
    """Those whose tasks wait for nothing any more."""
    links = TaskAfter.objects.as_system(WHY).filter(trashed_at=None)
    ids = list(links.filter(first=task).values_list("task_id", flat=True))
    if not ids:
        return
    over = (Task.State.DONE, Task.State.DROPPED)
    firsts = dict(links.filter(task_id__in=ids).values_list("first_id", "task_id"))
    still = Task.objects.as_system(WHY).live().filter(pk__in=firsts).exclude(state__in=over).exclude(pk=task.pk)
    held = set(links.filter(first__in=list(still.values_list("pk", flat=True))).values_list("task_id", flat=True))
    rows = Task.objects.as_system(WHY).live().filter(pk__in=set(ids) - held, state=Task.State.OPEN)
    for pk, person in rows.values_list("pk", "person_id"):
        yield person, What.FREE, pk, task.title
