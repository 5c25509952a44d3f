"""Where the columns "Next touch" of a client come from."""

from collections.abc import Callable
from dataclasses import dataclass

from kartu.core.registry import Registry
from kartu.security.rows import GuardedQuerySet


@dataclass(frozen=True)
class NextTouch:
    """`rows()` gives what is to come of the client `OuterRef("pk")`, cleared `as_system`, the nearest first: the same
    query whenever it is asked. `at` and `text` are columns: its moment, and what it is about. Whoever adds it calls
    `derived.renew` where rows of it are written without a line in the log of their client."""

    key: str
    rows: Callable[[], GuardedQuerySet]
    at: str
    text: str
    order: int = 0


next_touches: Registry[NextTouch] = Registry(
    "clients.next_touch", "What is to come of a client, which its row repeats: a NextTouch. The first one counts."
)
