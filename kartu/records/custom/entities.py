"""The kinds of records whose cards a firm may add sections to."""

from dataclasses import dataclass

from django.utils.functional import Promise

from kartu.core.registry import Registry


@dataclass(frozen=True)
class Entity:
    """`key`: the model ("clients.client"), which derives from `Customised`; `label`: its cards, "Clients"."""

    key: str
    label: str | Promise
    order: int = 0


entities: Registry[Entity] = Registry(
    "records.custom", "Kinds of records whose cards take sections and fields of the firm's own: an Entity."
)
