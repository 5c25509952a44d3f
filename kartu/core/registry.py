"""Lists that an upper app adds to and a lower app reads.

A registry is owned by whoever reads it; who adds to it does so in its own `contributes.py`.
`kartu contributions` prints every registry with what stands in it.
"""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Registry(Generic[Item]):
    """A named list of items, each under a key of its own, in the order of `order`, then of adding.

    `doc` tells contributors when the items are used and what an item must be.
    """

    all: dict[str, "Registry"] = {}

    def __init__(self, name: str, doc: str, *, key: Callable[[Item], str] = lambda item: item.key) -> None:
        if name in Registry.all:
            raise ValueError(f"There is a registry {name} already")
        self.name = name
        self.doc = doc
        self._key = key
        self._items: dict[str, Item] = {}
        Registry.all[name] = self

    def add(self, item: Item) -> Item:
        """Add `item`; a second one under the same key is a mistake and raises ValueError."""
        key = self._key(item)
        if key in self._items:
            raise ValueError(f"{self.name} holds {key} already")
        self._items[key] = item
        return item

    def get(self, key: str) -> Item | None:
        return self._items.get(key)

    def __getitem__(self, key: str) -> Item:
        return self._items[key]

    def __contains__(self, key: str) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[Item]:
        return iter(sorted(self._items.values(), key=lambda item: getattr(item, "order", 0)))

    def __len__(self) -> int:
        return len(self._items)
