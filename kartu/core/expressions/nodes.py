"""What an expression is made of, once it is read. `at`: where it stood in the text; it does not count when compared."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Node:
    at: int = field(default=0, compare=False, kw_only=True)

    @property
    def parts(self) -> Iterator["Node"]:
        """The nodes directly below."""
        for each in fields(self):
            value = getattr(self, each.name)
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, Node):
                    yield part

    def walk(self) -> Iterator["Node"]:
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True)
class Literal(Node):
    """A number, text, day or yes/no as it was written."""

    value: Decimal | str | date | bool


@dataclass(frozen=True)
class Duration(Node):
    """So many days: `today - 30 days`."""

    days: int


@dataclass(frozen=True)
class Ref(Node):
    """A record by its number, `#17`, or one of a few known values."""

    value: int | str


@dataclass(frozen=True)
class Me(Node):
    """Whoever asks."""


@dataclass(frozen=True)
class Today(Node):
    """The day it is where the one who asks is."""


@dataclass(frozen=True)
class Name(Node):
    """A field of the schema: `city`, `calls.last`, `calls.count(90)`, where `days` is 90.

    `is_label`: it is called as people call it, `[Service until]`; once it is checked, it is called by its key.
    """

    path: str
    days: int | None = None
    is_label: bool = False


@dataclass(frozen=True)
class Not(Node):
    part: Node


@dataclass(frozen=True)
class And(Node):
    every: tuple[Node, ...]


@dataclass(frozen=True)
class Or(Node):
    one: tuple[Node, ...]


@dataclass(frozen=True)
class Compare(Node):
    """`how`: = != < <= > >= contains starts"""

    how: str
    left: Node
    right: Node


@dataclass(frozen=True)
class In(Node):
    left: Node
    values: tuple[Node, ...]


@dataclass(frozen=True)
class Within(Node):
    """A day near today. `how`: last (those days and today), next (today and those days), older (before all these)."""

    left: Node
    how: str
    days: int


@dataclass(frozen=True)
class IsEmpty(Node):
    left: Node


@dataclass(frozen=True)
class Arithmetic(Node):
    """`how`: + - * /"""

    how: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Negative(Node):
    part: Node


@dataclass(frozen=True)
class Call(Node):
    name: str
    arguments: tuple[Node, ...]
