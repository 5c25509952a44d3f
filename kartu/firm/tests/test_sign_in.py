"""The door: equal answers, growing waits, nobody locked out, nobody led astray."""

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kartu.firm import throttle
from kartu.firm.models import SignInTry, User

RIGHT = "correct horse"


def try_in(client: Client, email: str = "sari@example.com", password: str = "wrong", **extra):
    return client.post("/sign-in/", {"email": email, "password": password}, **extra)


def later(wait: timedelta) -> None:
    """Let time pass for the throttle."""
    for row in SignInTry.objects.all():
        SignInTry.objects.filter(pk=row.pk).update(next_at=row.next_at - wait)


def test_email_and_password_open_the_door(seller, client):
    response = try_in(client, "Sari@Example.COM", RIGHT)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/me/").status_code == 200


def test_unknown_wrong_and_closed_get_the_same_answer(seller, stranger, client):
    User.objects.filter(pk=stranger.pk).update(is_active=False)

    answers = [
        try_in(Client(), "nobody@example.com", RIGHT),
        try_in(Client(), "sari@example.com", "wrong"),
        try_in(Client(), "viktor@example.com", RIGHT),
    ]

    assert {answer.status_code for answer in answers} == {422}
    texts = {re.sub(r'value="[^"]*"|X-CSRFToken[^}]*}', "", answer.content.decode()) for answer in answers}
    assert len(texts) == 1


def test_an_unknown_account_costs_the_same_work(seller):
    """Both hash one password: it is the hash that takes the time."""
    with patch("django.contrib.auth.hashers.MD5PasswordHasher.encode", return_value="md5$a$b") as work:
        try_in(Client(), "nobody@example.com")
        unknown = work.call_count
        try_in(Client(), "sari@example.com")

    assert (unknown, work.call_count) == (1, 2)


def test_an_unknown_account_asks_the_database_as_often_as_a_known_one(seller):
    try_in(Client(), "somebody@example.com")  # the address is known from now on
    counts = []
    for email in ("nobody@example.com", "sari@example.com"):
        with CaptureQueriesContext(connection) as queries:
            try_in(Client(), email)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_every_try_is_told(seller, client, telling):
    try_in(client)
    try_in(client, "nobody@example.com")
    try_in(client, password=RIGHT)
    client.post("/sign-out/")

    assert [(line.verb, line.row) for line in telling] == [
        ("sign_in_failed", seller),
        ("sign_in_failed", None),
        ("sign_in", seller),
        ("sign_out", seller),
    ]
    assert telling[1].values == {"email": "nobody@example.com"}
    assert RIGHT not in str(telling) and "wrong" not in str(telling)


def test_after_five_failures_the_password_is_not_even_looked_at(seller, client):
    for _ in range(5):
        assert try_in(client).status_code == 422

    with patch("kartu.firm.door.auth.authenticate") as look:
        refused = try_in(client, password=RIGHT)

    assert (refused.status_code, look.called) == (429, False)
    assert 0 < int(refused["Retry-After"]) <= 30
    assert "Try again in 1 minute" in refused.content.decode()


def test_the_wait_doubles_up_to_a_quarter_of_an_hour():
    waits = [throttle.wait_after(excess).total_seconds() for excess in (-1, 0, 1, 2, 3, 4, 5, 6, 50, 5000)]

    assert waits == [0, 30, 60, 120, 240, 480, 900, 900, 900, 900]


def test_a_guesser_has_twenty_looks_an_hour_at_most(seller, client):
    looked, clock = 0, timedelta(0)
    while clock < timedelta(hours=1):
        response = try_in(client)
        looked += response.status_code == 422
        step = timedelta(seconds=int(response.headers.get("Retry-After", 0)))
        later(step)
        clock += step

    assert 5 < looked <= 20


def test_a_good_password_after_the_wait_opens_and_forgives(seller, client):
    for _ in range(5):
        try_in(client)
    later(timedelta(seconds=31))

    assert try_in(client, password=RIGHT).status_code == 302
    assert [row.failures for row in SignInTry.objects.all()] == [5], "only the address remembers the failures"


@pytest.mark.parametrize(("language", "told"), [("ru", "Слишком много попыток"), ("id", "Terlalu banyak percobaan")])
def test_the_wait_is_told_in_the_language_of_the_door(seller, client, language, told):
    client.get(f"/sign-in/?language={language}")
    for _ in range(5):
        try_in(client)

    assert told in try_in(client).content.decode()


def test_a_guesser_elsewhere_does_not_lock_out_the_victim_at_an_address_of_his(seller):
    try_in(Client(REMOTE_ADDR="10.0.0.5"), password=RIGHT)
    guesser = Client(REMOTE_ADDR="10.0.0.66")
    for _ in range(20):
        try_in(guesser)

    assert try_in(guesser, password=RIGHT).status_code == 429
    assert try_in(Client(REMOTE_ADDR="10.0.0.5"), password=RIGHT).status_code == 302


def test_of_ipv6_the_network_counts(seller):
    answers = [try_in(Client(REMOTE_ADDR=f"2001:db8:0:7::{last:x}"), f"{last}@example.com") for last in range(1, 14)]

    assert [answer.status_code for answer in answers] == [422] * 12 + [429]
    assert try_in(Client(REMOTE_ADDR="2001:db8:0:8::1"), "14@example.com").status_code == 422


def test_a_guesser_at_the_same_address_does_not_lock_out_a_known_browser(seller):
    own = Client()
    try_in(own, password=RIGHT)
    own.post("/sign-out/")
    for _ in range(20):
        try_in(Client())

    assert try_in(Client(), password=RIGHT).status_code == 429
    assert try_in(own, password=RIGHT).status_code == 302


def test_a_known_browser_is_no_free_pass(seller):
    own = Client()
    try_in(own, password=RIGHT)
    own.post("/sign-out/")
    for _ in range(5):
        try_in(own)

    assert try_in(own, password=RIGHT).status_code == 429


def test_a_browser_known_to_one_account_is_not_known_to_another(seller, stranger):
    own = Client()
    try_in(own, password=RIGHT)
    own.post("/sign-out/")
    for _ in range(5):
        try_in(Client(), "viktor@example.com")

    assert try_in(own, "viktor@example.com", RIGHT).status_code == 429


def test_a_cookie_that_is_not_ours_makes_no_browser_known(seller):
    client = Client()
    client.cookies["kartu_known"] = "WyJhIiwiYiJd:forged:forged"
    for _ in range(5):
        try_in(client)

    assert try_in(client).status_code == 429


def test_one_address_that_tries_many_accounts_is_slowed_down(seller):
    for _ in range(throttle.FREE_AT_ONE_ADDRESS):
        throttle.take_turn([throttle.Place(throttle.digest("address", "127.0.0.1"), throttle.FREE_AT_ONE_ADDRESS)])

    assert try_in(Client(), "somebody.else@example.com").status_code == 429
    assert SignInTry.objects.count() == 1, "no row for each account that is made up"


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_the_same_moment_are_many_tries(seller, at_once):
    statuses = [response.status_code for response in at_once(*[lambda: try_in(Client()) for _ in range(8)])]

    assert sorted(statuses) == [422] * 5 + [429] * 3


def test_old_failures_are_forgotten(seller, client):
    for _ in range(5):
        try_in(client)
    later(timedelta(days=1, seconds=40))

    assert [try_in(client).status_code for _ in range(5)] == [422] * 5


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/people/?a=1", "/people/?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_goes_on_to_pages_of_ours_only(seller, client, asked, goes):
    response = client.post("/sign-in/", {"email": seller.email, "password": RIGHT}, query_params={"next": asked})

    assert (response.status_code, response["Location"]) == (302, goes)


def test_a_page_asked_for_before_signing_in_comes_after_it(seller, client):
    sent = client.get("/me/")
    assert sent["Location"] == "/sign-in/?next=/me/"

    assert client.post(sent["Location"], {"email": seller.email, "password": RIGHT})["Location"] == "/me/"


def test_the_session_is_a_new_one_after_signing_in(seller, client):
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key

    client.cookies["kartu_session"] = planted
    try_in(client, password=RIGHT)

    assert client.cookies["kartu_session"].value != planted
    assert not client.session.exists(planted)


def test_signing_out_ends_the_session_and_clears_the_browser(seller, client):
    try_in(client, password=RIGHT)
    key = client.cookies["kartu_session"].value

    response = client.post("/sign-out/")

    assert response["Clear-Site-Data"] == '"cache", "storage"'
    old = Client()
    old.cookies["kartu_session"] = key
    assert old.get("/me/").status_code == 302


def test_signing_out_by_a_link_is_refused(seller, client):
    client.force_login(seller)

    assert client.get("/sign-out/").status_code == 405
    assert client.get("/me/").status_code == 200


def test_the_page_speaks_the_language_that_was_chosen(firm, client):
    client.get("/sign-in/?language=ru&next=/people/")

    page = client.get("/sign-in/")

    assert page["Content-Language"] == "ru"


def test_a_language_that_is_none_changes_nothing(firm, client):
    response = client.get("/sign-in/?language=../../etc&next=/people/")

    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies
    assert response["Location"] == "/sign-in/?next=%2Fpeople%2F"


def test_a_password_of_a_megabyte_is_not_hashed(seller, client):
    with patch("kartu.firm.door.auth.authenticate") as look:
        response = try_in(client, password="x" * 1_000_000)

    assert (response.status_code, look.called) == (422, False)
