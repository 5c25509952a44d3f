"""Django's sessions kept as devices: one row is the session, and what its person sees of it (decision 0089)."""

import hashlib
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from kartu.firm.browsers import address_of, browser_of
from kartu.firm.models.device import Device, over_at

# What a session takes along when it gets a new key.
KEPT = ("browser", "system", "places", "signed_in_at")


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(SessionBase):
    """The session of one browser. `device` is its row as it was read; None before the first look, or without one."""

    device: Device | None = None

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._told: dict[str, Any] = {}

    def signed_in_from(self, request: HttpRequest) -> None:
        """Somebody has signed in with `request`: the row tells with what, from where and since when."""
        now = timezone.now()
        browser, system = browser_of(request)
        fresh = Device(browser=browser, system=system, signed_in_at=now)
        fresh.come_by(browser, system, address_of(request), now)
        self._told = {name: getattr(fresh, name) for name in (*KEPT, "expires_at")}
        self.save()
        self.device = Device.objects.get(key=digest(self.session_key))

    def load(self) -> dict[str, Any]:
        self.device = Device.objects.open().filter(key=digest(self.session_key)).first() if self.session_key else None
        if self.device is None:
            self._session_key = None
            return {}
        return self.decode(self.device.data)

    def exists(self, session_key: str) -> bool:
        return Device.objects.filter(key=digest(session_key)).exists()

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Raises UpdateError where the session was ended meanwhile: what is over does not come back."""
        if self.session_key is None:
            self.create()
            return
        session = self._get_session(no_load=must_create)
        values = {"data": self.encode(session), "person_id": session.get(SESSION_KEY) or None, **self._told}
        if must_create:
            self._insert(values)
        elif not Device.objects.filter(key=digest(self.session_key)).update(**values):
            raise UpdateError

    def _insert(self, values: dict[str, Any]) -> None:
        now = timezone.now()
        kept = {name: getattr(self.device, name) for name in KEPT} if self.device else {}
        began = kept.get("signed_in_at", now)
        fresh = {"key": digest(self.session_key), "signed_in_at": began, "expires_at": over_at(began, now)}
        row = Device(**{**fresh, **kept, **values})
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise CreateError from None
        self.device = row

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            Device.objects.filter(key=digest(key)).delete()

    def flush(self) -> None:
        super().flush()
        self.device, self._told = None, {}

    @classmethod
    def clear_expired(cls) -> None:
        Device.objects.over().delete()
