"""What can happen to tasks. Ids only: whoever is told reads what he may see."""

from dataclasses import dataclass

from kartu.core.outbox import Event


@dataclass(frozen=True)
class TaskSet(Event):
    """There is a new task for `person_id`."""

    task_id: int
    person_id: int
    by_id: int | None


@dataclass(frozen=True)
class TaskChanged(Event):
    """`fields` names the columns that changed ("start_at"), or kinds of parts ("items", "participants")."""

    task_id: int
    fields: tuple[str, ...]
    by_id: int | None


@dataclass(frozen=True)
class TaskAssigned(Event):
    """From now on `to_id` is to do it."""

    task_id: int
    from_id: int
    to_id: int
    by_id: int | None


@dataclass(frozen=True)
class TaskPlaced(Event):
    """It was put somewhere in the scheduler: to another time (`is_moved`), to another person, or both."""

    task_id: int
    from_id: int
    to_id: int
    by_id: int | None
    is_moved: bool


@dataclass(frozen=True)
class PersonNamed(Event):
    """`person_id` watches it from now on, or comes along (`kind` of a Participant)."""

    task_id: int
    person_id: int
    kind: str
    by_id: int | None


@dataclass(frozen=True)
class TaskFinished(Event):
    """It is done; with `to_accept`, whoever set it is to look at it first."""

    task_id: int
    to_accept: bool
    by_id: int | None


@dataclass(frozen=True)
class TaskAccepted(Event):
    task_id: int
    by_id: int | None


@dataclass(frozen=True)
class TaskReturned(Event):
    """Whoever set it does not accept it: it is open again, for the reason `why`."""

    task_id: int
    why: str
    by_id: int | None


@dataclass(frozen=True)
class TaskDropped(Event):
    task_id: int
    by_id: int | None


@dataclass(frozen=True)
class TaskReopened(Event):
    task_id: int
    by_id: int | None


@dataclass(frozen=True)
class TaskTrashed(Event):
    task_id: int
    by_id: int | None


@dataclass(frozen=True)
class TaskRestored(Event):
    """It is out of the trash again."""

    task_id: int
    by_id: int | None


@dataclass(frozen=True)
class ReminderDue(Event):
    """The moment of a reminder is there; `is_late`: it was there while nobody could be told."""

    reminder_id: int
    task_id: int
    person_id: int
    is_late: bool


@dataclass(frozen=True)
class SeriesChanged(Event):
    """A series was set up, changed, paused or ended; its tasks stand as they are to."""

    series_id: int
    by_id: int | None
