"""What the engine asks of whoever takes rows in. An upper app adds its `Importer` to the registry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from kartu.core.actors import Actor
from kartu.core.registry import Registry
from kartu.records.imports.cells import Row
from kartu.records.imports.guess import Column
from kartu.records.imports.mapping import Choice, Target, Words


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    SAME = "same"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Problem:
    """Why a row is not taken as it stands: the column (from 0, None: the whole row) and what to do, in words."""

    text: str
    at: int | None = None
    value: str = ""


@dataclass
class Outcome:
    """A checked row. `plan` is the importer's own; `problems` of a row that is NEW all the same are mere remarks."""

    row: Row
    fate: Fate
    plan: Any = None
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Question:
    """A choice that the mapping page offers: (value, label) pairs, the first one preset."""

    key: str
    label: Any
    answers: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Plan:
    """What the person decided: column -> Choice, and the answers to the importer's questions."""

    choices: tuple[Choice, ...]
    answers: Mapping[str, str]
    titles: Mapping[int, str]

    def columns_of(self, target: str) -> list[Choice]:
        return [choice for choice in self.choices if choice.target == target]


class Checker(Protocol):
    """Looks at rows in their order; remembers what it saw, to find the same client twice in one file."""

    def check(self, rows: Sequence[Row]) -> list[Outcome]:
        """The fate of each row. Nothing is written."""

    def recall(self, rows: Sequence[Row], skipped: set[int], batch_id: int) -> None:
        """See `rows` again that an earlier run has written (but for the numbers in `skipped`)."""


class Writer(Protocol):
    def prepare(self, outcomes: Sequence[Outcome]) -> Any:
        """All that is to be written for the NEW ones among `outcomes`, made ready outside of any transaction."""

    def write(self, prepared: Any) -> None:
        """Write it; called in a transaction that should last no more than 200 ms."""


class Importer(Protocol):
    """Takes rows in as records of some kind."""

    key: str
    label: Any
    right: str
    targets: Mapping[str, Target]
    words: Words
    order: int

    def settle(self, choices: list[Choice], columns: list[Column]) -> None:
        """Correct a guessed mapping where one column throws light on another."""

    def missing(self, choices: Iterable[Choice]) -> str:
        """What must be mapped and is not, as a sentence; empty when the mapping will do."""

    def questions(self, choices: list[Choice], columns: list[Column]) -> list[Question]:
        """What has to be asked of the person for this table."""

    def checker(self, plan: Plan, *, by: Actor) -> Checker: ...

    def writer(self, plan: Plan, batch_id: int, *, by: Actor) -> Writer: ...

    def created(self, batch_id: int, *, by: Actor) -> tuple[int, str]:
        """How many records came with the batch and `by` sees, and the address of the list that shows them."""


importers: Registry[Importer] = Registry(
    "records.imports.importers", "Who takes rows of files in: an Importer, offered on the import page to its right."
)
