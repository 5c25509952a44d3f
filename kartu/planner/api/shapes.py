"""What tasks look like in the programs' interface."""

from typing import Any, Literal

from pydantic import Field, model_validator

from kartu.clients.messages.ledger import Told
from kartu.core.api.schemas import Day, Id, In, Moment, Named, Out, changes_of, named, words
from kartu.planner.models import ClientReminder, Participant, Reminder, Task, TaskItem
from kartu.planner.models.task import TIMES

Kind = Literal[*Task.Kind.values]
Priority = Literal[*Task.Priority.values]
Minutes = Field(None, ge=0, le=100_000)


class TaskFields(In):
    """When: `due_at` (to the minute), `due_on` (a day), or `start_at` with or without `end_at`; none: no date."""

    title: words(200, shortest=1)
    text: words(20_000) = ""
    kind: Kind = "task"
    priority: Priority = Field(2, description="1 low, 2 normal, 3 high, 4 urgent.")
    client_id: Id | None = None
    contact_id: Id | None = None
    start_at: Moment | None = None
    end_at: Moment | None = None
    due_at: Moment | None = None
    due_on: Day | None = None
    estimate_minutes: int | None = Minutes
    spent_minutes: int | None = Minutes
    is_private: bool = False
    needs_acceptance: bool = False


class ReminderIn(In):
    """One of three: minutes before it stands, the morning of its day, or a moment of its own."""

    before: int | None = Field(None, ge=0, le=525_600)
    on_the_day: bool = False
    typed_at: Moment | None = None

    @model_validator(mode="after")
    def is_one_thing(self) -> "ReminderIn":
        if (self.before is not None) + self.on_the_day + (self.typed_at is not None) != 1:
            raise ValueError("One of before, on_the_day and typed_at")
        return self

    def as_wanted(self) -> dict[str, Any]:
        return self.sent()


class ClientReminderIn(In):
    """At `channel_id`, an e-mail or a mobile phone of the client, `before` minutes ahead."""

    channel_id: Id
    before: int = Field(..., ge=5, le=86_400)


class ClientReminderOut(Out):
    """`at` is when it is planned for; what would fall into the night goes before or after it. `told_at`: when its
    message was written."""

    id: int
    way: str = Field(description="email or sms.")
    before: int
    channel_id: int | None
    at: Moment | None
    told_at: Moment | None


class ClientMessageOut(Out):
    """What went to the client, and its last step; the address as far as the token's person may read it."""

    id: int
    way: str
    address: str
    state: str = Field(description="planned, delayed, sent or failed.")
    reason: str
    at: Moment


class TaskIn(TaskFields):
    """Without `person_id` it is the token's person who does it, without `reminders` he is told as is usual for its
    kind."""

    person_id: Id | None = None
    parent_id: Id | None = None
    items: list[words(300, shortest=1)] = Field([], max_length=200)
    watcher_ids: list[Id] = Field([], max_length=50)
    attendee_ids: list[Id] = Field([], max_length=50)
    reminders: list[ReminderIn] | None = Field(None, max_length=10)
    client_reminders: list[ClientReminderIn] = Field([], max_length=3)


TaskChange = changes_of(TaskFields, "TaskChange")


class TaskOut(Out):
    """`at` is the moment at which it stands in lists. Of a client out of reach there is the name alone."""

    id: int
    version: int
    title: str
    text: str
    kind: str
    priority: int
    client_id: int | None
    client: Named | None
    contact_id: int | None
    person: Named
    author: Named | None
    team: Named | None
    parent_id: int | None
    series_id: int | None
    start_at: Moment | None
    end_at: Moment | None
    due_at: Moment | None
    due_on: Day | None
    at: Moment | None
    is_late: bool
    moves: int = Field(description="How often its time was changed.")
    estimate_minutes: int | None
    spent_minutes: int | None
    is_private: bool
    needs_acceptance: bool
    state: str = Field(description="open, review (waits to be accepted), done or dropped (not needed).")
    outcome: Named | None
    result: str
    touch_id: int | None
    closed_at: Moment | None
    closed_by: Named | None
    created_at: Moment
    url: str


class TaskItemOut(Out):
    id: int
    version: int
    text: str
    is_done: bool


class ParticipantOut(Out):
    person: Named
    kind: str = Field(description="author, watcher or attendee.")


class ReminderOut(Out):
    before: int | None
    on_the_day: bool
    typed_at: Moment | None
    at: Moment | None
    told_at: Moment | None


class AfterOut(Out):
    """What has to be done before."""

    id: int
    first_id: int


class TaskWholeOut(TaskOut):
    items: list[TaskItemOut]
    participants: list[ParticipantOut]
    reminders: list[ReminderOut] = Field(description="Those of the token's person.")
    waits_for: list[AfterOut]
    client_reminders: list[ClientReminderOut] = Field(description="Those to the client.")
    client_messages: list[ClientMessageOut] = Field(description="What went to the client about it.")


POINTED = ("client", "person", "author", "team", "outcome", "closed_by")
PLAIN = [name for name in TaskOut.model_fields if name not in {"id", "url", *POINTED}]


def told(task: Task) -> dict[str, Any]:
    return {
        "id": task.pk,
        **{name: getattr(task, name) for name in PLAIN},
        **{name: named(getattr(task, name)) for name in POINTED},
        "url": f"/tasks/{task.pk}/",
    }


def item_told(item: TaskItem) -> dict[str, Any]:
    return {"id": item.pk, "version": item.version, "text": item.text, "is_done": item.is_done}


def participant_told(row: Participant) -> dict[str, Any]:
    return {"person": named(row.person), "kind": row.kind}


def reminder_told(row: Reminder) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ReminderOut.model_fields}


def client_reminder_told(row: ClientReminder) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ClientReminderOut.model_fields}


def client_message_told(each: Told) -> dict[str, Any]:
    told = {"id": each.message.pk, "way": "email" if each.message.letter_id else "sms", "address": str(each.address)}
    return {**told, "state": each.what, "reason": each.reason, "at": each.at}


def only_times(data: In) -> dict[str, Any]:
    return {name: getattr(data, name) for name in TIMES}
