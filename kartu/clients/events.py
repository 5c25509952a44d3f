"""What can happen to clients. Ids only: whoever is told reads what he may see."""

from dataclasses import dataclass

from kartu.core.outbox import Event


@dataclass(frozen=True)
class ClientCreated(Event):
    client_id: int
    by_id: int | None


@dataclass(frozen=True)
class ClientChanged(Event):
    """`fields` names what changed: columns of the client ("status_id") or kinds of its parts ("channels")."""

    client_id: int
    fields: tuple[str, ...]
    by_id: int | None


@dataclass(frozen=True)
class ClientHandedOver(Event):
    client_id: int
    from_id: int | None
    to_id: int | None
    by_id: int | None


@dataclass(frozen=True)
class ClientShared(Event):
    """`person_id` takes part in the client from now on."""

    client_id: int
    person_id: int
    by_id: int | None


@dataclass(frozen=True)
class ClientTrashed(Event):
    client_id: int
    by_id: int | None


@dataclass(frozen=True)
class ClientRestored(Event):
    client_id: int
    by_id: int | None


@dataclass(frozen=True)
class ClientsMerged(Event):
    """All that pointed at `other_id` points at `client_id` now."""

    client_id: int
    other_id: int
    by_id: int | None


@dataclass(frozen=True)
class TouchLogged(Event):
    """`mentions`: the people named in its text who may see the client."""

    client_id: int
    touch_id: int
    mentions: tuple[int, ...]
    by_id: int | None


@dataclass(frozen=True)
class ClientsImported(Event):
    """A file has been taken in: `count` clients came with the change set `batch_id`, and are seen from now on."""

    batch_id: int
    count: int
    by_id: int | None
