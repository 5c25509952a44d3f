"""A task as one row describes it, before anything is written; and the task that follows from it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Choices
from django.utils import timezone

from kartu.clients.actions.editing import check
from kartu.clients.imports.drafts import Draft as ClientDraft
from kartu.core.text import sort_key
from kartu.firm.models import User
from kartu.planner.actions.when import settle_times
from kartu.planner.models import Task

OVER = (Task.State.DONE, Task.State.DROPPED)


@dataclass
class Draft:
    """`client_said`: the client as the row names it, and the place of that column; `client_id`: who that is. So of the
    contact. `author`: who set it, where the row says so."""

    title: str = ""
    external_id: str = ""
    text: str = ""
    kind: str = Task.Kind.TASK
    priority: int = Task.Priority.NORMAL
    items: list[str] = field(default_factory=list)
    person: User | None = None
    author: User | None = None
    client: ClientDraft | None = None
    client_said: tuple[str, int | None] = ("", None)
    client_id: int | None = None
    contact_said: tuple[str, int | None] = ("", None)
    contact_id: int | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None
    due_at: datetime | None = None
    due_on: date | None = None
    created_at: datetime | None = None
    state: str = Task.State.OPEN
    closed_at: datetime | None = None
    result: str = ""
    outcome_id: int | None = None
    spent_minutes: int | None = None

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def content(self) -> tuple[Any, ...]:
        """What two tasks that are the same have alike, where no number tells them apart."""
        when = (self.start_at, self.due_at, self.due_on)
        return (sort_key(self.title), self.client_id, self.person and self.person.pk, *when)

    def task(self, system: str, author_id: int | None) -> Task:
        """The task, checked by the rules that hold for every one. Raises ValidationError by the names of columns."""
        now = timezone.now()
        author_id = self.author.pk if self.author else author_id
        task = Task(person=self.person, author_id=author_id, client_id=self.client_id, contact_id=self.contact_id)
        task.outcome_id = self.outcome_id
        for name in ("title", "text", "kind", "priority", "start_at", "end_at", "due_at", "due_on", "state", "result"):
            setattr(task, name, getattr(self, name))
        task.spent_minutes, task.external_id = self.spent_minutes, self.external_id
        task.external_system = system if self.external_id else ""
        settle_times(task)
        task.derive()
        task.created_at = min(filter(None, (self.created_at, now)))
        if self.is_over:
            past = task.at if task.at and task.at < now else now
            task.closed_at, task.closed_by_id = self.closed_at or past, self.person.pk
        check(task)
        return task


def columns_of(task: Task) -> dict[str, Any]:
    """The row of the table, but for its id, as the pile takes it: moments in UTC."""
    values = {each.attname: getattr(task, each.attname) for each in Task._meta.concrete_fields if not each.primary_key}
    return {name: plain(value) for name, value in values.items()}


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return value.value if isinstance(value, Choices) else value
