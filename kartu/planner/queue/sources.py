"""Where a queue gets what stands in it. An app adds its own `QueueSource` to `queue_sources`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from kartu.core.actors import Actor
from kartu.core.registry import Registry
from kartu.planner.queue.items import Act, Item

# So many a source gives at most, the nearest first: nobody does more than that, and the page stays fast.
MOST = 1000


@dataclass(frozen=True)
class QueueSource:
    """What waits for people in one app.

    `items(by, people, until)` gives what waits for those with the ids `people`, as far as `by` sees it, up to MOST and
    in a fixed number of queries; what stands later than `until` (None: never mind) is left out. `dress(by, items)` adds
    what is shown of a few of them: names, addresses, acts. What is not mentioned here is forgotten: an item stays until
    what it asks for is done, by whomever.
    """

    key: str
    label: str | Promise
    items: Callable[[Actor, tuple[int, ...], datetime | None], Iterable[Item]]
    dress: Callable[[Actor, list[Item]], None]
    acts: Callable[[Actor, Item], list[Act]]
    order: int = 100
    right: str = ""
    is_guarded: bool = False


queue_sources: Registry[QueueSource] = Registry(
    "planner.queue", "What stands in My day: a QueueSource, asked where the person holds its right."
)


def gathered(
    by: Actor, people: Iterable[int], until: datetime | None = None, *, guarded_only: bool = False
) -> list[Item]:
    """All that waits for `people`, as `by` sees it; nothing twice: of two sources the first counts."""
    everybody = tuple(sorted(people))
    himself = tuple(pk for pk in everybody if pk == by.pk)
    found: dict[str, Item] = {}
    for source in queue_sources:
        asked = everybody if source.is_guarded else () if guarded_only else himself
        if not asked or (source.right and not by.may(source.right)):
            continue
        for item in source.items(by, asked, until):
            found.setdefault(item.key, item)
    return list(found.values())


def dressed(by: Actor, items: list[Item]) -> list[Item]:
    """`items` with what is shown of them, each source asked once."""
    for source in queue_sources:
        own = [item for item in items if item.source == source.key]
        if own:
            source.dress(by, own)
    return items


def in_hand(by: Actor, item: Item) -> Item:
    """`item` with all that is shown of it and can be done with it."""
    dressed(by, [item])
    item.acts = queue_sources[item.source].acts(by, item)
    return item
