"""Guessing passwords becomes slow, without giving anybody a way to lock somebody else out (decision 0083).

Of one account all strange browsers at strange addresses are one place: at most 20 passwords an hour are looked at, from
however many addresses. An address from which its person has signed in before is counted apart, and so is, by a
cookie, a browser. An address that tries many accounts is slowed down too, known browsers excepted.
"""

import hashlib
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kartu.core.moments import latest, left
from kartu.firm.browsers import address_of
from kartu.firm.models import KnownAddress, SignInTry

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
FREE_AT_ONE_ACCOUNT = 5
FREE_AT_ONE_ADDRESS = 12  # with the waits that follow, 19 in the first hour
FREE_PASSKEYS = 100

COOKIE = "kartu_known"
COOKIE_AGE = 400 * 24 * 3600
SALT = "kartu.firm.known_browser"
MOST_ACCOUNTS = 8


@dataclass(frozen=True)
class Place:
    """Where tries are counted together, and how many failures there are free."""

    key: str
    free: int


def places_of(request: HttpRequest, email: str) -> list[Place]:
    """Where a try to sign in as `email` counts."""
    if browser := known_browser(request, email):
        return [Place(digest("browser", email, browser), FREE_AT_ONE_ACCOUNT)]
    here = network_of(request)
    home = here if is_known_address(email, here) else ""
    return [
        Place(digest("address", here), FREE_AT_ONE_ADDRESS),
        Place(digest("account", email, home), FREE_AT_ONE_ACCOUNT),
    ]


def network_of(request: HttpRequest) -> str:
    """The address that is counted. Of IPv6 the network: one house has as many addresses as it likes."""
    text = address_of(request)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    address = getattr(address, "ipv4_mapped", None) or address
    return text if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


def is_known_address(email: str, here: str) -> bool:
    """Whether somebody has signed in as `email` from there."""
    return KnownAddress.objects.filter(key=digest("home", email, here)).exists()


def know_address(request: HttpRequest, email: str) -> None:
    """Somebody has signed in as `email`, all that is asked proved."""
    key = digest("home", email, network_of(request))
    KnownAddress.objects.update_or_create(key=key, defaults={"seen_at": timezone.now()})


def places_of_codes(request: HttpRequest, email: str) -> list[Place]:
    """Where a try at the second step counts. All unknown browsers are one place, wherever they stand: who guesses here
    has the password, and six digits must not be guessed from many addresses at once."""
    browser = known_browser(request, email)
    return [Place(digest("code", email, browser), FREE_AT_ONE_ACCOUNT)]


def places_of_passkeys(request: HttpRequest) -> list[Place]:
    """Where a try with a passkey alone counts. There is nothing to guess: it is for the sessions that tries begin."""
    return [Place(digest("passkey", address_of(request)), FREE_PASSKEYS)]


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
            if row.failures >= place.free and (wait := left(row.next_at, LONGEST_WAIT)):
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
        forgotten().delete()


def forgotten() -> QuerySet[SignInTry]:
    """Counts whose time is over, and those of a clock that was put back since."""
    is_over = Q(next_at__lt=timezone.now() - FORGOTTEN_AFTER)
    return SignInTry.objects.filter(is_over | Q(next_at__gt=latest(LONGEST_WAIT)))


def known_browser(request: HttpRequest, email: str) -> str:
    """A number of this browser, if it has signed in as `email` before; else empty."""
    accounts, browser = remembered(request)
    return browser if digest("known", email) in accounts else ""


def remembered(request: HttpRequest) -> tuple[list[str], str]:
    """The accounts that this browser has signed in to, the last one last, and its number; nothing of a new browser."""
    try:
        accounts, browser = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return [], ""
    return (accounts if isinstance(accounts, list) else [accounts]), browser


def know_browser(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Give this browser its number, for the next time. Colleagues who share a computer are known there side by side."""
    accounts, browser = remembered(request)
    mine = digest("known", email)
    others = [account for account in accounts if account != mine]
    value = signing.dumps([[*others[1 - MOST_ACCOUNTS :], mine], browser or secrets.token_hex(8)], salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=COOKIE_AGE, httponly=True, samesite="Lax", secure=request.is_secure(), path="/sign-in/"
    )
