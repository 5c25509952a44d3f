"""Lists that an upper app adds to and a lower app reads.

A registry is owned by whoever reads it; who adds to it does so in its own `contributes.py`.
`kartu contributions` prints every registry with what stands in it.
"""

import sys
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
        self._added_by: dict[str, str] = {}
        self.owner = sys._getframe(1).f_globals["__name__"]
        Registry.all[name] = self

    def add(self, item: Item) -> Item:
        """Add `item`; a second one under the same key is a mistake and raises ValueError."""
        key = self._key(item)
        if key in self._items:
            raise ValueError(f"{self.name} holds {key} already")
        self._items[key] = item
        self._added_by[key] = self._adding_module()
        return item

    def _adding_module(self) -> str:
        """The module that adds: the first caller outside the owner, who may offer helpers such as `declare`."""
        frame = sys._getframe(2)
        while frame and frame.f_globals.get("__name__") in (__name__, self.owner):
            frame = frame.f_back
        name = frame.f_globals.get("__name__", "") if frame else ""
        return name if name.startswith("kartu.") else self.owner

    def added_by(self, key: str) -> str:
        """The module that added the item under `key`."""
        return self._added_by[key]

    def contributions(self) -> Iterator[tuple[str, str]]:
        """Key and adding module of every item, in the order of use."""
        return ((self._key(item), self.added_by(self._key(item))) for item in self)

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
