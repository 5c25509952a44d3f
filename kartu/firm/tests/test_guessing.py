"""A thousand tries at the door within an hour: few are looked at, and the one who is tried at still comes in (P-05)."""

import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kartu.core import moments
from kartu.firm import throttle, totp
from kartu.firm.actions import second
from kartu.firm.models import TotpSecret, User

RIGHT = "correct horse"
TRIES = 1000
EACH = timedelta(hours=1) / TRIES
LOOKED_AT, WAITS = 422, 429
HOME = "203.0.113.5"


class Clock:
    """The time of the throttle, and of what it reckons waits with."""

    def __init__(self) -> None:
        self.time = timezone.now()

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    for module in (throttle, moments):
        monkeypatch.setattr(module, "timezone", clock)
    return clock


def try_in(email: str, address: str, password: str = "wrong", browser: Client | None = None):
    return (browser or Client()).post("/sign-in/", {"email": email, "password": password}, REMOTE_ADDR=address)


def addresses(count: int) -> list[str]:
    return [f"10.{number // 250}.{number % 250}.7" for number in range(count)]


def tries(clock: Clock, pairs: list[tuple[str, str]]) -> Counter:
    """The answers to a wrong password for each (email, address), evenly over an hour."""
    answers: Counter = Counter()
    for email, address in pairs:
        answers[try_in(email, address).status_code] += 1
        clock.time += EACH
    return answers


def come_in(person: User, secret: str) -> int:
    """With password and code from his own address, in a browser that nobody knows."""
    browser = Client(REMOTE_ADDR=HOME)
    asked = try_in(person.email, HOME, RIGHT, browser)
    if asked.status_code != 302:
        return asked.status_code
    TotpSecret.objects.update(last_step=0)  # the code of this half minute may have been taken before
    code = totp.code_at(secret, totp.step_at(time.time()))
    browser.post(asked["Location"], {"code": code}, REMOTE_ADDR=HOME)
    return browser.get("/me/", REMOTE_ADDR=HOME).status_code


@pytest.fixture
def victim(seller) -> tuple[User, str]:
    """Who has a second step, and has signed in from his own address before."""
    secret = totp.new_secret()
    second.set_up_app(secret=secret, code=totp.code_at(secret, totp.step_at(time.time())), by=seller)
    assert come_in(seller, secret) == 200
    return seller, secret


def test_at_one_account_from_a_thousand_addresses(victim, clock):
    person, secret = victim

    answers = tries(clock, [(person.email, address) for address in addresses(TRIES)])

    assert answers[LOOKED_AT] <= 20 and answers[LOOKED_AT] + answers[WAITS] == TRIES
    assert come_in(person, secret) == 200


def test_at_a_thousand_accounts_from_one_address(victim, clock):
    person, secret = victim

    names = [person.email, *(f"person{number}@example.com" for number in range(TRIES - 1))]
    answers = tries(clock, [(email, "10.0.0.66") for email in names])

    assert answers[LOOKED_AT] <= 20 and answers[LOOKED_AT] + answers[WAITS] == TRIES
    assert come_in(person, secret) == 200


def test_at_one_account_from_the_address_of_its_person(victim, clock):
    person, _secret = victim
    answers = tries(clock, [(person.email, HOME)] * 200)

    assert 5 < answers[LOOKED_AT] <= 20


def test_a_right_password_of_somebody_else_gives_the_address_no_further_looks(victim, stranger, clock):
    """Whoever has an account here could otherwise win a look by each sign-in of his own."""
    person, _secret = victim
    looked = 0
    for _round in range(60):
        looked += try_in(person.email, "10.0.0.66").status_code == LOOKED_AT
        try_in(stranger.email, "10.0.0.66", RIGHT)
        clock.time += EACH

    assert looked <= 20


def test_control_counted_by_address_alone_all_of_them_are_looked_at(victim, clock, monkeypatch):
    person, _secret = victim
    monkeypatch.setattr(throttle, "is_known_address", lambda email, here: True)

    answers = tries(clock, [(person.email, address) for address in addresses(50)])

    assert answers[LOOKED_AT] == 50


def test_control_without_the_count_of_the_address_all_of_them_are_looked_at(victim, clock, monkeypatch):
    monkeypatch.setattr(throttle, "FREE_AT_ONE_ADDRESS", 1000)

    answers = tries(clock, [(f"person{number}@example.com", "10.0.0.66") for number in range(50)])

    assert answers[LOOKED_AT] == 50


def test_control_the_victim_waits_at_an_address_of_nobody(victim, clock):
    """What known addresses are good for."""
    person, secret = victim
    tries(clock, [(person.email, address) for address in addresses(50)])

    assert try_in(person.email, "198.51.100.9", RIGHT).status_code == WAITS
    assert come_in(person, secret) == 200
