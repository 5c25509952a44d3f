"""How cells look: what their renderers may ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, tzinfo

from kartu.core.formats import current_locale
from kartu.records.lists.asking import Asking


@dataclass
class Look:
    """One rendering of a list. `url(pk)`: the page of a row, `changeable`: keys of the columns edited in place."""

    asking: Asking
    url: Callable[[int], str]
    changeable: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.zone: tzinfo = self.asking.zone
        self.today: date = self.asking.today
        self.locale = current_locale()
