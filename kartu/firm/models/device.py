"""A browser in which somebody is signed in."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from kartu.core.moments import latest

# Of one sign-in only the newest places are kept: a phone has a new address at every mast.
MOST_PLACES = 8


class DeviceManager(models.Manager):
    def open(self) -> models.QuerySet["Device"]:
        """Those whose time is not over. One that seems to last longer than any was begun by a wrong clock."""
        return self.filter(expires_at__range=(timezone.now(), last_end()))

    def over(self) -> models.QuerySet["Device"]:
        return self.exclude(expires_at__range=(timezone.now(), last_end()))

    def of(self, person: Any) -> models.QuerySet["Device"]:
        """Where `person` is signed in, the last used first."""
        return self.open().filter(person=person).order_by("-last_seen_at", "-pk")


class Device(models.Model):
    """The sign-in of one browser, which is its session too (kartu.firm.sessions): whoever deletes the row ends it.

    `key` is the SHA-256 of what the browser's cookie says, so that nobody signs in with a copy of this table. The log
    knows the sign-in by the first letters of it. `places` are [{"browser", "system", "address", "at" (ISO)}], each
    once, the newest last. Without a person it is the session of a browser in front of the door.
    """

    key = models.CharField(max_length=64, unique=True)
    data = models.TextField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="devices")
    browser = models.CharField(max_length=30, blank=True)
    system = models.CharField(max_length=30, blank=True)
    places = models.JSONField(default=list)
    signed_in_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    objects = DeviceManager()

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.browser, self.system])) or "?"

    @property
    def fingerprint(self) -> str:
        """The sign-in as the log knows it."""
        return self.key[:16]

    @property
    def address(self) -> str:
        """Where it was seen last."""
        return self.places[-1]["address"] if self.places else ""

    @property
    def is_handheld(self) -> bool:
        return self.system in ("Android", "iPhone", "iPad")

    @property
    def other_addresses(self) -> list[str]:
        """Further ones, the newest first."""
        return [place for place in dict.fromkeys(p["address"] for p in reversed(self.places)) if place != self.address]

    @property
    def other_browsers(self) -> list[str]:
        """Other browsers that came with the same cookie: somebody has copied it."""
        others = [place for place in self.places if (place["browser"], place["system"]) != (self.browser, self.system)]
        return [", ".join(filter(None, [p["browser"], p["system"], p["address"]])) for p in reversed(others)]

    def was_at(self, browser: str, system: str, address: str) -> bool:
        asked = {"browser": browser, "system": system, "address": address}
        return any(asked.items() <= place.items() for place in self.places)

    def come_by(self, browser: str, system: str, address: str, at: datetime) -> None:
        """It was used at `at`, from there (unsaved)."""
        place = {"browser": browser, "system": system, "address": address}
        others = [known for known in self.places if not place.items() <= known.items()]
        self.places = [*others[1 - MOST_PLACES :], {**place, "at": at.isoformat()}]
        self.last_seen_at = at
        self.expires_at = over_at(self.signed_in_at, at)


def last_end() -> datetime:
    """When the sign-in of somebody who is here this moment ends, if he never comes back."""
    return latest(timedelta(hours=settings.IDLE_HOURS))


def over_at(signed_in_at: datetime, last_seen_at: datetime) -> datetime:
    """When a sign-in ends by itself: so long after the last visit, and so long after it began at most."""
    idle = last_seen_at + timedelta(hours=settings.IDLE_HOURS)
    return min(idle, signed_in_at + timedelta(days=settings.SESSION_DAYS))
