"""The outbox: events that are published with a change and delivered to whoever wants to know."""

from kartu.core.outbox.events import (
    Event,
    OutsideTransaction,
    event_types,
    events_after,
    handlers,
    on,
    publish,
    publish_many,
)

__all__ = ["Event", "OutsideTransaction", "event_types", "events_after", "handlers", "on", "publish", "publish_many"]
