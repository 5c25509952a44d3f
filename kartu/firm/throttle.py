"""Guessing passwords becomes slow, without giving anybody a way to lock somebody else out.

Failures are counted by account and address together: whoever guesses only slows himself down. Behind one shared
address (an office, a proxy) a browser that has signed in to the account before is counted apart, by a cookie.
An address that tries many accounts is slowed down too, known browsers excepted.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kartu.firm.models import SignInTry

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
FREE_AT_ONE_ACCOUNT = 5
FREE_AT_ONE_ADDRESS = 100

COOKIE = "kartu_known"
COOKIE_AGE = 400 * 24 * 3600
SALT = "kartu.firm.known_browser"


@dataclass(frozen=True)
class Place:
    """Where tries are counted together, and how many failures there are free."""

    key: str
    free: int


def places_of(request: HttpRequest, email: str) -> list[Place]:
    """Where a try to sign in as `email` counts."""
    if browser := known_browser(request, email):
        return [Place(digest("browser", email, browser), FREE_AT_ONE_ACCOUNT)]
    address = request.META.get("REMOTE_ADDR", "")
    return [
        Place(digest("address", address), FREE_AT_ONE_ADDRESS),
        Place(digest("account", email, address), FREE_AT_ONE_ACCOUNT),
    ]


def digest(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def take_turn(places: list[Place]) -> timedelta:
    """Count a try at `places` before its password is looked at, or tell how long to wait until it will be.

    Counting comes first, so that many tries at the same moment are many tries. `forgive` takes a good one back.
    """
    with transaction.atomic():
        rows = []
        for place in places:
            row = locked(place)
            # An address that has to wait leaves no row for each account that it makes up.
            if row.failures >= place.free and (wait := row.next_at - timezone.now()) > timedelta(0):
                return wait
            rows.append((row, place))
        for row, place in rows:
            count_failure(row, place)
    return timedelta(0)


def locked(place: Place) -> SignInTry:
    rows = SignInTry.objects.select_for_update()
    return rows.get_or_create(key=place.key, defaults={"next_at": timezone.now()})[0]


def count_failure(row: SignInTry, place: Place) -> None:
    now = timezone.now()
    row.failures = 1 if now - row.next_at > FORGOTTEN_AFTER else row.failures + 1
    row.next_at = now + wait_after(row.failures - place.free)
    row.save()


def wait_after(excess: int) -> timedelta:
    """Nothing up to the last free failure, then 30 s, twice as long each time, up to a quarter of an hour."""
    if excess < 0:
        return timedelta(0)
    return min(FIRST_WAIT * 2 ** min(excess, 20), LONGEST_WAIT)


def forgive(places: list[Place]) -> None:
    """The try was a good one: nothing of it stays, and old counts of everybody go."""
    now = timezone.now()
    accounts = [place.key for place in places if place.free == FREE_AT_ONE_ACCOUNT]
    others = [place.key for place in places if place.free != FREE_AT_ONE_ACCOUNT]
    with transaction.atomic():
        SignInTry.objects.filter(key__in=accounts).delete()
        SignInTry.objects.filter(key__in=others, failures__gt=0).update(failures=F("failures") - 1, next_at=now)
        SignInTry.objects.filter(next_at__lt=now - FORGOTTEN_AFTER).delete()


def known_browser(request: HttpRequest, email: str) -> str:
    """A number of this browser, if it has signed in as `email` before; else empty."""
    try:
        account, browser = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return browser if account == digest("known", email) else ""


def know_browser(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Give this browser its number, for the next time."""
    if known_browser(request, email):
        return
    value = signing.dumps([digest("known", email), secrets.token_hex(8)], salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=COOKIE_AGE, httponly=True, samesite="Lax", secure=request.is_secure(), path="/sign-in/"
    )
