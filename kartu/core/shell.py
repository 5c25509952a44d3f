"""What an app above core adds to the frame of every page: the firm's name, the bell, pinned views."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from kartu.core.registry import Registry


@dataclass(frozen=True)
class ShellPart:
    """A name in every page's context, worked out only where a template asks for it.

    `public` parts are there on pages of people who have not signed in, too. Names that the frame looks for:
    `firm_name` (str), `bell` (dict with `count`, `url` of the page, `piece` of the pop-over),
    `pinned` (list of dicts with `label`, `url`, `count`), `demo_url` (of the page about the demo firm, "" elsewhere).
    """

    key: str
    value: Callable[[HttpRequest], object]
    public: bool = False


shell_parts: Registry[ShellPart] = Registry(
    "core.shell", "Names in the context of every page: a ShellPart, evaluated at its first use in a template."
)
