"""What the palette does besides finding: places, things to make, and verbs that an app adds."""

from collections.abc import Callable
from dataclasses import dataclass

from kartu.core import palette
from kartu.core.actors import Actor
from kartu.core.registry import Registry


@dataclass(frozen=True)
class Command:
    """A verb of the palette: "Import clients". `url` leads to it, in a drawer if `drawer`.

    It is offered to holders of `right` (empty: everybody) who type a word of its `label`, in any language of the
    program, or of `words`, further words that people use for it.
    """

    key: str
    label: str
    icon: str
    order: int
    url: Callable[[], str]
    right: str = ""
    words: str = ""
    drawer: bool = False


commands: Registry[Command] = Registry(
    "search.commands", "Verbs of the palette: a Command, offered while its words are typed."
)


def commands_for(text: str, *, by: Actor) -> list[dict]:
    """Groups for the palette: what can be done, and places to go to, for what was typed."""
    done = [
        {"url": item.url(), "icon": item.icon, "text": str(item.label), "drawer": item.drawer}
        for item in commands
        if (not item.right or by.may(item.right))
        and palette.reads_like(text, *palette.in_all_languages(item.label), item.words)
    ]
    groups = palette.commands(by, text)
    return [{**groups[0], "items": groups[0]["items"] + done}, *groups[1:]] if groups else []
