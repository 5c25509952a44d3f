"""What can happen in this app."""

from dataclasses import dataclass

from kartu.core.outbox import Event


@dataclass(frozen=True)
class JobDied(Event):
    """A piece of background work has failed for good and waits for a person."""

    job_id: int
    name: str
    by_id: int | None = None


@dataclass(frozen=True)
class DeliveryDied(Event):
    """A handler could not take an event, however often it was tried."""

    delivery_id: int
    handler: str
    by_id: int | None = None


@dataclass(frozen=True)
class JobStopped(Event):
    """A person has stopped a piece of background work."""

    job_id: int
    by_id: int | None


@dataclass(frozen=True)
class JobRetried(Event):
    """A person has let a failed piece of background work try again."""

    job_id: int
    by_id: int | None


@dataclass(frozen=True)
class JobDropped(Event):
    """A person has given up a failed piece of background work."""

    job_id: int
    by_id: int | None


@dataclass(frozen=True)
class DeliveryRetried(Event):
    """A person has let a handler that failed try an event again."""

    event_id: int
    handler: str
    by_id: int | None


@dataclass(frozen=True)
class DeliveryDropped(Event):
    """A person has decided that a handler does without an event on which it failed."""

    event_id: int
    handler: str
    by_id: int | None
