"""Drafts become rows: the task with its checklist, thousands at a time, told to nobody."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.planner import jobs
from kartu.planner.imports.checking import numbers_here
from kartu.planner.imports.drafts import Draft, columns_of
from kartu.planner.models import Participant, Task, TaskItem
from kartu.planner.search import task_fields
from kartu.records.imports.importers import Fate, Outcome, Problem
from kartu.records.imports.writing import Ids, Pile, Stale
from kartu.search.writing import Ready

LABEL = Task._meta.label_lower


class TaskWriter:
    """Writes the tasks of one batch. `system`: the program whose numbers they carry."""

    def __init__(self, *, batch_id: int, by: Actor, system: str) -> None:
        self.batch_id, self.by, self.system = batch_id, by, system
        self.ids: dict[type, Ids] = {}

    def recall(self, outcomes: Sequence[Outcome]) -> None:
        """No row hangs on an earlier one."""

    def prepare(self, outcomes: Sequence[Outcome]) -> "TaskPile":
        new = [outcome for outcome in outcomes if outcome.fate is Fate.NEW]
        here = numbers_here(self.system, {each.draft.external_id for each in new if each.draft.external_id})
        pile = TaskPile(self)
        for outcome in new:
            if outcome.draft.external_id in here:  # by another import, which was faster
                outcome.fate, outcome.problems = Fate.SAME, [Problem(_("Already here"), value=outcome.title)]
            else:
                pile.task(outcome.draft)
        pile.pack()
        return pile

    def write(self, prepared: "TaskPile") -> None:
        prepared.write()

    def finish(self) -> None:
        """Reminders, and word to colleagues, follow once everybody sees the tasks."""
        jobs.settle_imported_tasks.later(batch_id=self.batch_id, by=self.by)


class TaskPile:
    """The rows of some drafts."""

    def __init__(self, writer: TaskWriter) -> None:
        self.writer = writer
        self.pile = Pile(writer.by, writer.batch_id, writer.ids)
        self.tasks: list[Task] = []
        self.named: set[int] = set()

    def task(self, draft: Draft) -> None:
        by = self.writer.by
        task = draft.task(self.writer.system, by.pk)
        task.batch_id = self.writer.batch_id
        task.pk = self.pile.add(Task, **columns_of(task))
        self.tasks.append(task)
        root = (LABEL, task.pk)
        for place, line in enumerate(draft.items):
            self.pile.add(TaskItem, root=root, task_id=task.pk, text=line, place=place, is_done=draft.is_over)
        # Whoever brings it in keeps it in sight, also where the file names another author.
        for person_id in {by.pk, task.author_id} - {None, task.person_id}:
            kind = Participant.Kind.AUTHOR.value
            self.pile.add(Participant, root=root, task_id=task.pk, person_id=person_id, kind=kind, may_change=True)
            self.named.add(person_id)

    def pack(self) -> None:
        self.pile.pack()
        self.docs = Ready("task", [task_fields(task) for task in self.tasks])

    def write(self) -> None:
        if numbers_here(self.writer.system, {task.external_id for task in self.tasks if task.external_id}):
            raise Stale
        User.objects.now_take_part(self.named)
        self.pile.write()
        self.docs.write()
