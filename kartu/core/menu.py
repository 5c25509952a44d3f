"""The places of the program: what the menu and the phone's bottom bar show."""

from collections.abc import Callable
from dataclasses import dataclass

from kartu.core.actors import Actor
from kartu.core.registry import Registry


@dataclass(frozen=True)
class MenuItem:
    """A place. `badge` counts what waits for the person; `right` empty: everybody sees it."""

    key: str
    label: str
    url_name: str
    icon: str
    order: int
    right: str = ""
    badge: Callable[[Actor], int] | None = None
    at_end: bool = False
    on_phone: bool = False


menu: Registry[MenuItem] = Registry("core.menu", "Places in the menu: a MenuItem, shown to those who hold its right.")


def menu_for(person: Actor) -> list[MenuItem]:
    return [item for item in menu if not item.right or person.may(item.right)]
