"""When a colleague was here last, with what and from where: written once a minute at most, and never in the way of his
request."""

import threading
import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from kartu.core.moments import ago, latest
from kartu.firm.browsers import address_of, browser_of
from kartu.firm.models import Device, User

INTERVAL = 60  # seconds
PERSON_INTERVAL = timedelta(minutes=5)
MOST_REMEMBERED = 5000


@dataclass(frozen=True)
class Visit:
    """Somebody at a device, or without one: a program in somebody's name."""

    person_id: int
    device_id: int | None
    browser: str
    system: str
    address: str


_noted: dict[Visit, float] = {}


def note(request: HttpRequest) -> None:
    """The person is here. A reader must not wait for whoever writes, so another thread writes it down."""
    device = getattr(request.session, "device", None)
    visit = Visit(request.user.pk, device.pk if device else None, *browser_of(request), address_of(request))
    if settings.TESTING or not is_due(visit, device):
        return
    threading.Thread(target=write, args=(visit,), name="presence", daemon=True).start()


def is_due(visit: Visit, device: Device | None) -> bool:
    """Whether nobody has noted this visit within the last minute, neither this process nor another one."""
    now = time.monotonic()
    if now - _noted.get(visit, -INTERVAL) < INTERVAL:
        return False
    if len(_noted) >= MOST_REMEMBERED:
        _noted.clear()
    _noted[visit] = now
    if device is None or not device.was_at(visit.browser, visit.system, visit.address):
        return True
    return ago(device.last_seen_at) >= timedelta(seconds=INTERVAL)


def write(visit: Visit) -> None:
    """In a thread of its own, whose connection ends with it."""
    try:
        write_down(visit)
    except DatabaseError:
        pass  # busy just now; the next visit tells it
    finally:
        connection.close()


def write_down(visit: Visit) -> None:
    now = timezone.now()
    with transaction.atomic():
        long_ago = Q(last_seen_at=None) | Q(last_seen_at__lt=now - PERSON_INTERVAL) | Q(last_seen_at__gt=latest())
        User.objects.filter(long_ago, pk=visit.person_id).update(last_seen_at=now)
        device = Device.objects.open().select_for_update().filter(pk=visit.device_id).first()
        if device:
            device.come_by(visit.browser, visit.system, visit.address, now)
            device.save(update_fields=["places", "last_seen_at", "expires_at"])
