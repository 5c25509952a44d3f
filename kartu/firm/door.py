"""Signing in: a turn at the door, a look at the password or the code, and a line in the log whatever comes of it."""

import math
from datetime import timedelta
from typing import Any

from django.contrib import auth
from django.http import HttpRequest
from django.utils.translation import ngettext

from kartu.core.actors import System
from kartu.firm import passkeys, throttle
from kartu.firm.actions.door import let_in, note_failure, note_wrong_code
from kartu.firm.actions.passkeys import note_refusal, use_passkey
from kartu.firm.actions.second import take_code
from kartu.firm.models import User

SOMEBODY = System("somebody at the door")


class Wrong(Exception):
    """No such account, a wrong password or a closed account: which of them is not told. Or a wrong code."""


class TooSoon(Exception):
    """Too many failures: the next try is looked at after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait

    @property
    def told(self) -> str:
        minutes = math.ceil(math.ceil(self.wait.total_seconds()) / 60)
        told = ngettext(
            "Too many tries. Try again in %(minutes)s minute.",
            "Too many tries. Try again in %(minutes)s minutes.",
            minutes,
        )
        return told % {"minutes": minutes}


def first_step(request: HttpRequest, email: str, password: str) -> User:
    """The person of `email`, whom the browser has proved to be. Raises Wrong, or TooSoon before the password is even
    looked at."""
    places = throttle.places_of(request, email)
    if wait := throttle.take_turn(places):
        raise TooSoon(wait)
    # Django hashes a password for an unknown account, too: both answers take the same time.
    user = auth.authenticate(request, username=email, password=password)
    if user is None:
        note_failure(email=email, by=SOMEBODY)
        raise Wrong
    throttle.forgive(places)
    return user


def second_step(request: HttpRequest, person: User, code: str) -> str:
    """Let the browser in as `person`, who has taken the first step there, by a code of the app or on paper: which one.

    Raises Wrong, or TooSoon before the code is even looked at. Codes have a count of their own: the right password,
    which whoever gets here has given, takes back no failure.
    """
    places = throttle.places_of_codes(request, person.email)
    if wait := throttle.take_turn(places):
        raise TooSoon(wait)
    proof = take_code(person=person, code=code, by=SOMEBODY)
    if not proof:
        note_wrong_code(person=person, by=SOMEBODY)
        raise Wrong
    throttle.forgive(places)
    let_in(request=request, by=person, proof=proof)
    return proof


def ask_passkey(request: HttpRequest) -> dict[str, Any]:
    """What the browser needs to show a passkey of somebody. Raises TooSoon, passkeys.Unsuitable."""
    if wait := throttle.take_turn(throttle.places_of_passkeys(request)):
        raise TooSoon(wait)
    return passkeys.ask_to_show(request)


def sign_in_by_passkey(request: HttpRequest, answer: str) -> User:
    """Sign the browser in by the passkey it shows, and nothing else: the device has made sure of its person.

    Raises Wrong, passkeys.Unsuitable.
    """
    person = shown_passkey(request, answer)
    throttle.forgive(throttle.places_of_passkeys(request))
    let_in(request=request, by=person, proof="passkey")
    return person


def second_step_by_passkey(request: HttpRequest, person: User, answer: str) -> None:
    """Let the browser in as `person`, who has taken the first step there, by a passkey of his.

    Raises Wrong, passkeys.Unsuitable.
    """
    let_in(request=request, by=shown_passkey(request, answer, person), proof="passkey")


def shown_passkey(request: HttpRequest, answer: str, person: User | None = None) -> User:
    """Whose passkey the browser shows: that of `person`, if he is known. Raises Wrong, passkeys.Unsuitable."""
    try:
        proof = passkeys.take_shown(request, answer, person)
        if not use_passkey(proof=proof, by=SOMEBODY):
            raise passkeys.Refused("counted less than before", proof.passkey)
    except passkeys.Refused as refused:
        note_refusal(refused=refused, by=SOMEBODY)
        raise Wrong from refused
    return proof.passkey.person
