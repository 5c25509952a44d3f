"""How cells look: what their renderers may ask for, and what they have worked out already for another row."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any

from kartu.core.formats import current_locale
from kartu.records.lists.asking import Asking


@dataclass
class Look:
    """One rendering of a list. `url(pk)`: the page of a row, `changeable`: keys of the columns edited in place."""

    asking: Asking
    url: Callable[[int], str]
    changeable: frozenset[str] = frozenset()
    _kept: dict[Hashable, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.zone: tzinfo = self.asking.zone
        self.today: date = self.asking.today
        self.locale = current_locale()

    def remembered(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gave for `key` the first time: a day stands in many rows of a page."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]
