"""What leaves as a file, whatever it is counted from: rows of a list, or the sums that another page makes of them."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kartu.core.actors import Actor
from kartu.core.registry import Registry
from kartu.records.exporting import Sheet
from kartu.records.lists.asking import Asking
from kartu.records.lists.spec import Words
from kartu.records.marks import Mark


class TakeOut(ABC):
    """Rows that `asking.person` takes out, and what for: now, or when a second person has agreed (decision 0099)."""

    asking: Asking
    purpose: str

    @property
    @abstractmethod
    def key(self) -> str:
        """By which it is made again from `parts` and `column_keys`: that of its list, or of a TakeOutKind."""

    @property
    @abstractmethod
    def column_keys(self) -> list[str]: ...

    @abstractmethod
    def parts(self) -> dict[str, Any]:
        """What was asked, as JSON."""

    @abstractmethod
    def said(self) -> str:
        """What was asked, in words."""

    @abstractmethod
    def url(self) -> str:
        """The page that it was asked for on."""

    @abstractmethod
    def count(self, right: str) -> int:
        """How many rows, those beyond CAP (lists.finding) not counted."""

    @abstractmethod
    def count_all(self, right: str) -> int: ...

    @abstractmethod
    def counted(self, rows: int) -> str:
        """So many rows, in words."""

    @abstractmethod
    def sheet(self, right: str, most: int | None, mark: Mark) -> Sheet:
        """At `most` so many rows of those reached by `right`."""

    @abstractmethod
    def told(self) -> dict[str, Any]:
        """What the log keeps of it, once its sheet is made."""

    @abstractmethod
    def file_name(self, kind: str) -> str: ...


@dataclass(frozen=True)
class TakeOutKind:
    """What leaves and is no list. `right` to take it out; `again(by, parts, purpose)` makes it anew for `by`."""

    key: str
    title: Words
    right: str
    again: Callable[[Actor, dict[str, Any], str], TakeOut]


take_out_kinds: Registry[TakeOutKind] = Registry(
    "records.take_outs", "What leaves as a file and is no list: a TakeOutKind, made again when a second person agrees."
)
