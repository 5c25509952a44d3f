"""What the engine asks of whoever takes rows in. An upper app adds its `Importer` to the registry."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from kartu.core.actors import Actor
from kartu.core.jobs.declare import JobTask
from kartu.core.registry import Registry
from kartu.records.imports.cells import Row
from kartu.records.imports.guess import Column
from kartu.records.imports.mapping import Choice, Target, Words
from kartu.security.rows import GuardedModel


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGE = "change"
    SAME = "same"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Problem:
    """Why a row is not taken as it stands: the column (from 0, None: the whole row) and what to do, in words."""

    text: str
    at: int | None = None
    value: str = ""
    url: str = ""


# The question whose answer is a Mode.
MODE = "mode"


class Mode(StrEnum):
    """What a person lets an import do."""

    NEW = "new"
    BOTH = "both"
    CHANGE = "change"


@dataclass(frozen=True)
class Changed:
    """A field of a record that a row changes, in words. `before` is empty where something is added."""

    label: str
    before: str
    after: str


@dataclass
class Outcome:
    """A checked row. `draft` is the importer's own; `problems` of a row that is taken all the same are mere remarks.

    `title` tells the person which row is meant, `object_id` which record that is here already, `changes` what becomes
    of it.
    """

    row: Row
    fate: Fate
    draft: Any = None
    problems: list[Problem] = field(default_factory=list)
    title: str = ""
    object_id: int | None = None
    changes: list[Changed] = field(default_factory=list)


@dataclass(frozen=True)
class New:
    """A value that rows bring to one of the firm's lists, how many rows name it, and what could be meant instead."""

    name: str
    rows: int
    key: str


@dataclass(frozen=True)
class News:
    """New values of one list: `choices` are those it has already; `key` of a New is the answer that maps it."""

    title: str
    values: list[New]
    choices: list[str]


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

    @property
    def mode(self) -> Mode:
        return Mode(self.answers.get(MODE) or Mode.NEW)

    def columns_of(self, target: str) -> list[Choice]:
        return [choice for choice in self.choices if choice.target == target]


@dataclass
class TakenBack:
    """A step of taking an import back: how many records went to the trash, those kept (built on), how far it is.

    `kept` are (label of the model, id); `last` is the id of the last record looked at, 0 when there was none left.
    """

    restored: int = 0
    kept: list[tuple[str, int]] = field(default_factory=list)
    last: int = 0


@dataclass(frozen=True)
class Template:
    """A workbook to be filled in: heads that are known again, one row to show what is meant, values to choose from by
    the place of their column."""

    title: str
    heads: list[str]
    example: list[Any]
    values: dict[int, list[str]]


@dataclass(frozen=True)
class Earlier:
    """What an import has brought in before rows that were left out of it follow: its batches, and `rows_of`, which
    says of some records the row that has changed each."""

    batches: frozenset[int]
    rows_of: Callable[[Iterable[int]], dict[int, int]]


class Checker(Protocol):
    """Looks at rows in their order; remembers what it saw, to find the same record twice in one file."""

    def check(self, rows: Sequence[Row], *, again: Mapping[int, int | None] | None = None) -> list[Outcome]:
        """The fate of each row. Nothing is written. A row that means a record which is here has the fate CHANGE.

        `again` is given for rows that an earlier run has written, but for the numbers in it (with the records that
        these meant): then nothing is asked of the database, the rows are only remembered.
        """

    def compare(self, outcomes: Sequence[Outcome]) -> None:
        """Say what those with the fate CHANGE change, as the records stand now; without a change they are SAME."""

    def news(self) -> list[News]:
        """What the rows bring to the firm's lists; told before the import starts."""


class Writer(Protocol):
    """Writes checked rows. All that it writes belongs to one batch, which nobody sees before the end."""

    def recall(self, outcomes: Sequence[Outcome]) -> None:
        """Know again what an earlier run has written for `outcomes`, in the same order."""

    def prepare(self, outcomes: Sequence[Outcome]) -> Any:
        """All that is to be written for the NEW and CHANGE ones among `outcomes`, made ready outside of a transaction.

        No record is changed by two of them. A CHANGE that changes nothing becomes SAME.
        """

    def write(self, prepared: Any) -> None:
        """Write it; called in a transaction that should last no more than 200 ms. Raises Stale (writing.py)."""

    def finish(self) -> None:
        """The last rows are written: tell others, in the transaction that makes the batch seen."""


class Importer(Protocol):
    """Takes rows in as records of some kind."""

    key: str
    label: Any
    right: str
    order: int
    # Background work for this right: called with import_id and verb ("read", "check", "run", "take_back", ...).
    job: JobTask

    def words_for(self, by: Actor) -> Words:
        """The headers by which the fields are known that a file of `by` may feed."""

    def targets_for(self, by: Actor) -> Mapping[str, Target]:
        """The fields that a file of `by` may feed, by their keys."""

    def settle(self, choices: list[Choice], columns: list[Column], by: Actor) -> None:
        """Correct a guessed mapping where one column throws light on another."""

    def program_of(self, columns: list[Column]) -> str:
        """The program whose export has these columns, by its name; empty for any other table."""

    def template(self, by: Actor) -> "Template":
        """A table to be filled in and dropped here."""

    def missing(self, choices: Iterable[Choice]) -> str:
        """What must be mapped and is not, as a sentence; empty when the mapping will do."""

    def parts_of(self, target: str, text: str) -> list[tuple[str, str]]:
        """How a cell of a target that divides is divided: labels and values, none where it stays as it is."""

    def questions(self, choices: list[Choice], layout: Mapping[str, Any]) -> list[Question]:
        """What has to be asked of the person for this table."""

    def checker(self, plan: Plan, *, by: Actor, batch_id: int | None = None, earlier: Earlier | None = None) -> Checker:
        """`earlier` is given for rows that follow a finished import: they belong to what it has brought in."""

    def writer(self, plan: Plan, *, batch_id: int, by: Actor) -> Writer: ...

    def take_back(
        self, batch_ids: Sequence[int], undo_id: int, *, by: Actor, was_seen: bool, after: int, limit: int
    ) -> TakenBack:
        """Put up to `limit` records of the batches, with ids over `after`, in the trash; all in one transaction.

        It becomes part of the change set `undo_id`. `was_seen` is False for an import stopped midway: nobody can have
        built on it.
        """

    def renew(self, rows: Sequence[GuardedModel]) -> None:
        """Renew what is kept of the wholes of `rows`, which were written past the actions; in their transaction."""

    def created_url(self, batch_id: int) -> str:
        """The address of the list that shows what came with the batch."""


importers: Registry[Importer] = Registry(
    "records.imports.importers", "Who takes rows of files in: an Importer, offered on the import page to its right."
)


def allowed(person: Actor) -> list[Importer]:
    """What `person` may bring in from files."""
    return [importer for importer in importers if person.may(importer.right)]
