"""Who opens a stream, and what that person has missed: the two questions a stream asks the database."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest

from kartu.core.live.listener import Message
from kartu.core.models.live import LiveMessage
from kartu.core.models.sequence import Position
from kartu.core.registry import Registry

BATCH = 200


@dataclass(frozen=True)
class Bar:
    """Something that keeps a signed-in person from hearing anything just now. `holds(request)` says whether it does;
    the request has `user`, `session` and REMOTE_ADDR, and nothing else of a page's."""

    key: str
    holds: Callable[[HttpRequest], bool]
    order: int = 0


bars: Registry[Bar] = Registry(
    "core.live.bars", "What keeps a signed-in person from live messages: a Bar, asked before and while he listens."
)


def visitor_of(cookies: dict[str, str], address: str) -> int | None:
    """The id of the signed-in, active person whose session the cookies carry. Raises PermissionDenied where a bar
    keeps him from listening from `address` now."""
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    person = get_user(request)
    if not person.is_authenticated or not person.is_active:
        return None
    request.user, request.META["REMOTE_ADDR"] = person, address
    if bar := next((bar for bar in bars if bar.holds(request)), None):
        raise PermissionDenied(bar.key)
    return person.pk


def replay(person_id: int, start: Position) -> list[Message]:
    """The first of what was said to the person behind `start`; empty when that is all."""
    rows = LiveMessage.objects.after(start).filter(Q(person_id=None) | Q(person_id=person_id))
    return [Message.of(row) for row in rows[:BATCH]]
