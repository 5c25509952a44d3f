"""The places of the program and the things one can make: the menu, the phone's bottom bar, "New"."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse

from kartu.core.actors import Actor
from kartu.core.registry import Registry


@dataclass(frozen=True)
class MenuItem:
    """A place. `badge` counts what waits for the person; `right` empty: everybody sees it. `shown_to` is asked, too,
    where more than one right opens it. `further`: the addresses of its pages that do not begin with its own."""

    key: str
    label: str
    url_name: str
    icon: str
    order: int
    right: str = ""
    badge: Callable[[Actor], int] | None = None
    at_end: bool = False
    on_phone: bool = False
    shown_to: Callable[[Actor], bool] | None = None
    further: Callable[[], Iterable[str]] | None = None

    def is_for(self, person: Actor) -> bool:
        return (not self.right or person.may(self.right)) and (self.shown_to is None or self.shown_to(person))


@dataclass(frozen=True)
class NewItem:
    """Something the "New" button makes, in a drawer. `letter` is its key after N: "c" for a client.

    `takes_shared`: its form takes what a phone shares with Kartu, as `title`, `text` and `link` in its address.
    """

    key: str
    label: str
    url_name: str
    icon: str
    order: int
    letter: str = ""
    right: str = ""
    takes_shared: bool = False


@dataclass(frozen=True)
class Place:
    """A menu item as it stands on one page."""

    label: str
    url: str
    icon: str
    badge: int
    at_end: bool
    on_phone: bool
    is_here: bool


menu: Registry[MenuItem] = Registry("core.menu", "Places in the menu: a MenuItem, shown to those who hold its right.")
new_menu: Registry[NewItem] = Registry("core.new", 'What "New" makes: a NewItem, shown to those who hold its right.')


def menu_for(person: Actor) -> list[MenuItem]:
    return [item for item in menu if item.is_for(person)]


def new_for(person: Actor) -> list[NewItem]:
    return [item for item in new_menu if not item.right or person.may(item.right)]


def places(person: Actor, path: str) -> list[Place]:
    """The menu of `person` on the page at `path`: the place with the longest fitting address is the one he is at."""
    items = [(item, reverse(item.url_name)) for item in menu_for(person)]
    own = {url: url for _item, url in items}
    further = {more: url for item, url in items if item.further for more in item.further()}
    here = (further | own).get(_longest([*own, *further], path))
    return [
        Place(
            label=str(item.label),
            url=url,
            icon=item.icon,
            badge=item.badge(person) if item.badge else 0,
            at_end=item.at_end,
            on_phone=item.on_phone,
            is_here=url == here,
        )
        for item, url in items
    ]


def _longest(urls: Iterable[str], path: str) -> str | None:
    fitting = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(fitting, key=len, default=None)
