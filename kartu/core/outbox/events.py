"""Events: what happened, told to whoever wants to know, in this transaction or soon after.

    @dataclass(frozen=True)
    class ClientCreated(Event):
        client_id: int
        by_id: int | None

    publish(ClientCreated(client.pk, by.pk))        # inside the transaction of the change

    @on(ClientCreated)                              # in contributes.py of an app above
    def greet(event: ClientCreated) -> None: ...

`publish` writes a row of the outbox. The worker hands it to every handler at least once; the handler's
effect in the database and the note that it has had the event are one transaction, so it counts exactly once.
What a handler does outside the database it must do through a job. Order is kept but for events that failed.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Self

from django.db import connection
from django_tasks.utils import normalize_json

from kartu.core import wake
from kartu.core.models.event import EventRow
from kartu.core.models.sequence import Position
from kartu.core.registry import Registry


class OutsideTransaction(Exception):
    """An event was published where nothing would tie it to the change that it tells of."""


class Event:
    """Base of all events: a frozen dataclass in the past tense that carries ids, dates and plain values.

    It stands in the outbox under `event_name` ("clients.client_created"), which never changes. A new shape gets
    the next `version`, and `upcast` turns the older payloads into it.
    """

    event_name: ClassVar[str] = ""
    version: ClassVar[int] = 1

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "event_name" not in cls.__dict__:
            cls.event_name = f"{app_of(cls)}.{snake(cls.__name__)}"
        event_types.add(cls)

    @classmethod
    def upcast(cls, version: int, payload: dict) -> dict:
        """The payload of an older `version` as this one has it."""
        raise ValueError(f"{cls.event_name}: nobody knows how to read version {version}")

    @classmethod
    def from_row(cls, row: EventRow) -> Self:
        payload = row.payload if row.version == cls.version else cls.upcast(row.version, row.payload)
        return cls(**{key: tuple(value) if isinstance(value, list) else value for key, value in payload.items()})

    def to_row(self) -> EventRow:
        if not dataclasses.is_dataclass(self):
            raise TypeError(f"{type(self).__name__} must be a frozen dataclass")
        payload = normalize_json({field.name: getattr(self, field.name) for field in dataclasses.fields(self)})
        return EventRow(name=self.event_name, version=self.version, payload=payload, by_id=payload.get("by_id"))


@dataclasses.dataclass(frozen=True)
class Handler:
    """A function that wants to know of some events."""

    key: str
    function: Callable[[Any], None]
    types: tuple[type[Event], ...]
    same_transaction: bool = False
    bulk: bool = False

    @property
    def names(self) -> list[str]:
        return [event_type.event_name for event_type in self.types]

    def handle(self, events: list[Event]) -> None:
        if self.bulk:
            self.function(events)
        else:
            for event in events:
                self.function(event)


event_types: Registry[type[Event]] = Registry(
    "core.event_types", "What can happen: subclasses of Event.", key=lambda event_type: event_type.event_name
)
handlers: Registry[Handler] = Registry("core.handlers", "Who is told of events: functions under @on.")


def on(*types: type[Event], same_transaction: bool = False, bulk: bool = False, name: str = "") -> Callable:
    """Call the function for each event of `types`: soon, by the worker, or inside `publish` itself.

    A handler of the same transaction that raises undoes the change. With `bulk` the function takes a list of
    events. `name` is under what the handler's place in the outbox is kept; a renamed function keeps the old.
    """

    def register(function: Callable) -> Callable:
        key = name or f"{app_of(function)}.{function.__name__}"
        handlers.add(Handler(key, function, types, same_transaction, bulk))
        return function

    return register


def publish(event: Event) -> EventRow:
    """Write `event` into the outbox, together with the change of the running transaction."""
    return publish_many([event])[0]


def publish_many(events: Iterable[Event]) -> list[EventRow]:
    """Write many events at once, as an import does."""
    events = list(events)
    if not connection.in_atomic_block:
        raise OutsideTransaction("publish() belongs inside the transaction of the change")
    rows = EventRow.objects.bulk_create([event.to_row() for event in events], batch_size=500)
    for handler in handlers:
        if handler.same_transaction:
            wanted = [event for event in events if isinstance(event, handler.types)]
            if wanted:
                handler.handle(wanted)
    wake.after_commit(wake.JOBS)
    return rows


def events_after(position: Position, *, names: Iterable[str] = (), limit: int = 1000) -> list[EventRow]:
    """The events behind `position` that are settled, oldest first; `row.position` is where to go on."""
    rows = EventRow.objects.after(position)
    if names:
        rows = rows.filter(name__in=list(names))
    return list(rows[:limit])


def app_of(thing: type | Callable) -> str:
    parts = thing.__module__.split(".")
    return parts[1] if parts[0] == "kartu" and len(parts) > 1 else parts[-1]


def snake(name: str) -> str:
    """ "ClientCreated" -> "client_created"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
