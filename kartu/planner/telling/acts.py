"""What people hear of acts of others on their tasks: one notice for all that one colleague did together."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise, lazy
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kartu.core.addresses import address
from kartu.core.formats import format_number
from kartu.firm.models import User
from kartu.notifications.actions import notify
from kartu.planner.models import Participant, Task, TaskNews
from kartu.planner.rights import TRASH
from kartu.planner.telling.said import GIVEN, SAID, STRENGTH, Said, What
from kartu.planner.telling.words import address_of, when_words
from kartu.records.models import ChangeSet

WHY = "telling people what others did with their tasks"
# An act on many rows goes on in parts: it is told of when no further one has come for so long, or after so long anyhow.
QUIET, LONGEST = timedelta(seconds=4), timedelta(seconds=60)
NAMED_IN_TEXT = 5
# Of these it is not told when they were to be done and for whom, but what came of it.
ENDS = frozenset({What.DROPPED, What.FINISHED, What.TO_ACCEPT, What.ACCEPTED})


def number_of(many: Callable[[int], str], count: int, by: str) -> str:
    return many(count) % {"count": format_number(count), "by": by}


# Comes out in the language of the reader.
counted = lazy(number_of, str)


def tell_person(person_id: int) -> timedelta | None:
    """Tell one person all that waits for him; how long to wait instead, where an act on many still goes on."""
    rows = list(TaskNews.objects.filter(person_id=person_id).select_for_update(of=("self",)).select_related("by"))
    if not rows:
        return None
    now = timezone.now()
    if goes_on(rows) and now - rows[-1].at < QUIET and now - rows[0].at < LONGEST:
        return QUIET
    person = User.objects.select_related("role", "team").get(pk=person_id)
    numbers = {row.task_number for row in rows}
    seen = seen_by(person, numbers)
    for (by, what), some in grouped(rows, seen).items():
        tell(person, by, What(what), some, seen)
    TaskNews.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return None


def seen_by(person: User, numbers: Iterable[int]) -> dict[int, Task]:
    """Those of these tasks that he sees, or would see if they were not in the trash."""
    found: dict[int, Task] = {}
    for trashed in (False, True):
        rows = Task.objects.visible_to(person, trashed=trashed).filter(pk__in=numbers)
        found |= rows.select_related("person", "client").in_bulk()
    return found


def tell_left() -> int:
    """Tell what waits longer than it should: a job that ran just then may have passed it over."""
    late = TaskNews.objects.filter(at__lt=timezone.now() - 2 * QUIET).order_by()
    people = list(late.values_list("person_id", flat=True).distinct())
    for person_id in people:
        tell_person(person_id)
    return len(people)


def goes_on(rows: Iterable[TaskNews]) -> bool:
    """Whether one of them came by an act on many, of which there may be more."""
    ids = {row.change_set_number for row in rows if row.change_set_number}
    return bool(ids) and ChangeSet.objects.filter(pk__in=ids).exclude(kind=ChangeSet.Kind.EDIT).exists()


def grouped(rows: list[TaskNews], seen: dict[int, Task]) -> dict[tuple[User, str], list[TaskNews]]:
    """By who did what; of each task only the strongest, and none that the person does not see."""
    strongest: dict[int, TaskNews] = {}
    for row in without_round_trips(rows, seen):
        other = strongest.get(row.task_number)
        if row.task_number in seen and still_so(row, seen[row.task_number]):
            if other is None or STRENGTH[row.what] <= STRENGTH[other.what]:
                strongest[row.task_number] = row
    groups = defaultdict(list)
    for row in strongest.values():
        groups[row.by, row.what].append(row)
    return groups


def without_round_trips(rows: list[TaskNews], seen: dict[int, Task]) -> list[TaskNews]:
    """`rows` without the way into the trash and out of it of what went both. One of a series comes back as another
    task of the same slot."""

    def thing(row: TaskNews) -> tuple:
        task = seen.get(row.task_number)
        return (task.series_id, task.slot) if task and task.series_id else (row.task_number,)

    ways = defaultdict(set)
    for row in rows:
        ways[thing(row)].add(row.what)
    both = {What.TRASHED, What.RESTORED}
    return [row for row in rows if row.what not in both or not both <= ways[thing(row)]]


def still_so(row: TaskNews, task: Task) -> bool:
    """What has been taken back meanwhile is not told: an undo publishes nothing."""
    if task.trashed_at or row.what == What.TRASHED:
        return bool(task.trashed_at) and row.what == What.TRASHED
    if row.what in (What.SET, What.GIVEN):
        return task.person_id == row.person_id
    if row.what == What.TAKEN:
        return task.person_id != row.person_id
    if row.what in (What.FINISHED, What.TO_ACCEPT, What.DROPPED, What.ACCEPTED):
        return task.state != Task.State.OPEN
    if row.what == What.NAMED:
        rows = Participant.objects.as_system(WHY).filter(task_id=task.pk, person_id=row.person_id, trashed_at=None)
        return rows.filter(kind=row.text).exists()
    return True


def tell(person: User, by: User, what: What, rows: list[TaskNews], seen: dict[int, Task]) -> None:
    how, tasks = SAID[what], [seen[row.task_number] for row in rows]
    told: dict[str, Any] = {"to": [person], "kind": how.kind, "by": by, "dedupe": f"task-news:{rows[0].pk}"}
    if how.kind == GIVEN:
        told["email"] = True
    if len(rows) > 1:
        titles = ", ".join(f"“{task.title}”" for task in tasks[:NAMED_IN_TEXT])
        url = trash_url(person) if what == What.TRASHED else list_url(how, by)
        notify(title=counted(how.many, len(rows), by.name), text=titles, url=url, **told)
        return
    (task,) = tasks
    words = {"by": by.name, "title": task.title, "doer": task.person.name}
    notify(
        title=format_lazy(how.one, **words),
        text=text_of(what, task, rows[0], by),
        url=trash_url(person) if what == What.TRASHED else address_of(task),
        about=task,
        private=task.is_private,
        **told,
    )


def list_url(how: Said, by: User) -> str:
    """The list of tasks that shows what a notice counts."""
    chips = [("f", chip.format(by=by.pk)) for chip in how.chips]
    return f"{address('planner:tasks')}?{urlencode([*chips, ('s', how.sort)])}"


def trash_url(person: User) -> str:
    """Where it lies, for who may take it out."""
    return address("records:trash") if person.may(TRASH) else ""


def text_of(what: What, task: Task, row: TaskNews, by: User) -> str | Promise:
    """Below the title: by whom, when it stands, with which client, what came of it."""
    parts: list[Any] = [] if what in (What.SET, What.GIVEN) else [by.name]
    if what == What.NAMED:
        parts.append(Participant.Kind(row.text).label)
    elif what == What.FREE:
        parts.append(format_lazy(_("“{title}” is over"), title=row.text))
    elif row.text:
        parts.append(row.text)
    if what not in ENDS:
        parts += [when_words(task), task.client and task.client.name]
    return joined(*parts)


joined = lazy(lambda *parts: " · ".join(str(part) for part in parts if part and str(part)), str)
