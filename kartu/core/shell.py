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
    `pinned` (list of dicts with `label`, `url`, `count`), `demo_url` (of the page about the demo firm, "" elsewhere),
    `told_url` (of the page on which a person says how he is told).
    """

    key: str
    value: Callable[[HttpRequest], object]
    public: bool = False


@dataclass(frozen=True)
class ShellNotice:
    """A remark on top of every page, for as long as something has to be done.

    `notice(request)` asks the database nothing. It gives None, or a dict: `kind` (bad, warn, info), `title`, `text`,
    and, each if there is one, `url` with `link` (where to look) and `post_url` with `button` (what to do at once).
    """

    key: str
    notice: Callable[[HttpRequest], dict | None]
    order: int = 0


shell_notices: Registry[ShellNotice] = Registry(
    "core.shell_notices", "Remarks on top of every page of people who have signed in: a ShellNotice."
)


def notices_for(request: HttpRequest) -> list[dict]:
    return [notice for item in shell_notices if (notice := item.notice(request))]


shell_parts: Registry[ShellPart] = Registry(
    "core.shell", "Names in the context of every page: a ShellPart, evaluated at its first use in a template."
)
