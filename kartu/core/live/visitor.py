"""Who opens a stream, and what that person has missed: the two questions a stream asks the database."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.db.models import Q
from django.http import HttpRequest

from kartu.core.live.listener import Message
from kartu.core.models.live import LiveMessage
from kartu.core.models.sequence import Position

BATCH = 200


def visitor_of(cookies: dict[str, str]) -> int | None:
    """The id of the signed-in, active person whose session the cookies carry."""
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    person = get_user(request)
    return person.pk if person.is_authenticated and person.is_active else None


def replay(person_id: int, start: Position) -> list[Message]:
    """The first of what was said to the person behind `start`; empty when that is all."""
    rows = LiveMessage.objects.after(start).filter(Q(person_id=None) | Q(person_id=person_id))
    return [Message.of(row) for row in rows[:BATCH]]
