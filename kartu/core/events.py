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
