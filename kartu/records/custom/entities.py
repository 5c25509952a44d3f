"""The kinds of records whose cards a firm may add sections to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.functional import Promise

from kartu.core.expressions.schema import Type
from kartu.core.registry import Registry


@dataclass(frozen=True)
class BuiltIn:
    """A column of the record itself that formulas may use: one that is only written with its row, and is the same
    whoever looks, whenever. `key` is its name in formulas and never changes. `options()`: (id, name) of what it points
    at."""

    key: str
    label: str | Promise
    type: Type
    column: str
    options: Callable[[], Sequence[tuple[Any, str]]] = tuple


@dataclass(frozen=True)
class Entity:
    """`key`: the model ("clients.client"), which derives from `Customised`; `label`: its cards, "Clients".

    `built_in`: what formulas may use beside the firm's own fields. `rows`: the model of the rows of table sections.
    `values`: how the model calls its projected values.
    """

    key: str
    label: str | Promise
    order: int = 0
    built_in: tuple[BuiltIn, ...] = ()
    rows: str = ""
    values: str = "custom_values"

    def model(self, section_id: int | None) -> type[Any]:
        """The model of what holds the fields of a table section, or of the cards themselves (None)."""
        return apps.get_model(self.rows if section_id else self.key)


entities: Registry[Entity] = Registry(
    "records.custom", "Kinds of records whose cards take sections and fields of the firm's own: an Entity."
)
