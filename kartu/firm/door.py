"""Signing in: a turn at the door, a look at the password, and a line in the log whatever comes of it."""

from datetime import timedelta

from django.contrib import auth
from django.http import HttpRequest

from kartu.core.actors import System
from kartu.firm import throttle
from kartu.firm.actions.door import enter, note_failure
from kartu.firm.models import User


class Wrong(Exception):
    """No such account, a wrong password or a closed account: which of them is not told."""


class TooSoon(Exception):
    """Too many failures: the next try is looked at after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


def sign_in(request: HttpRequest, email: str, password: str) -> User:
    """Sign the browser in as `email`. Raises Wrong, or TooSoon before the password is even looked at."""
    places = throttle.places_of(request, email)
    if wait := throttle.take_turn(places):
        raise TooSoon(wait)
    # Django hashes a password for an unknown account, too: both answers take the same time.
    user = auth.authenticate(request, username=email, password=password)
    if user is None:
        note_failure(email=email, by=System("somebody at the door"))
        raise Wrong
    throttle.forgive(places)
    enter(request=request, by=user)
    return user
