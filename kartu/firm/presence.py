"""When a colleague was here last: written every few minutes at most, and never in the way of his request."""

import threading
import time

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from kartu.firm.models import User

INTERVAL = 300  # seconds

_noted: dict[int, float] = {}


def note(person_id: int) -> None:
    """The person is here. A reader must not wait for whoever writes, so another thread writes it down."""
    now = time.monotonic()
    if now - _noted.get(person_id, -INTERVAL) < INTERVAL or settings.TESTING:
        return
    _noted[person_id] = now
    threading.Thread(target=write, args=(person_id,), name="presence", daemon=True).start()


def write(person_id: int) -> None:
    """In a thread of its own, whose connection ends with it."""
    try:
        User.objects.filter(pk=person_id).update(last_seen_at=timezone.now())
    except DatabaseError:
        pass  # busy just now; the next visit tells it
    finally:
        connection.close()
