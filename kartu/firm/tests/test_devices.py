"""Where people are signed in: listed, ended at once, over by themselves."""

import threading
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kartu.core.models import LiveMessage
from kartu.firm import presence
from kartu.firm.browsers import read
from kartu.firm.models import Device, User
from kartu.firm.sessions import SessionStore, digest

RIGHT = "correct horse"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Safari/537.36"
ANDROID = f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Mobile Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1"
EDGE = WINDOWS + " Edg/126.0.0.0"


def browser(person: User, agent: str = WINDOWS, address: str = "192.168.1.20") -> Client:
    """One in which the person has signed in."""
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    assert client.post("/sign-in/", {"email": person.email, "password": RIGHT}).status_code == 302
    return client


def device_of(client: Client) -> Device:
    return Device.objects.get(key=digest(client.cookies["kartu_session"].value))


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        (WINDOWS, ("Chrome", "Windows")),
        (EDGE, ("Edge", "Windows")),
        (ANDROID, ("Chrome", "Android")),
        (PHONE, ("Safari", "iPhone")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", ("Firefox", "Linux")),
        ("curl/8.1", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_browser_is_named_in_plain_words(agent, named):
    assert read(agent) == named


def test_whoever_signs_in_stands_in_the_list_with_browser_system_and_address(seller):
    desk, phone = browser(seller), browser(seller, PHONE, "10.0.0.7")

    page = desk.get("/me/devices/").content.decode()

    assert "Chrome, Windows" in page and "Safari, iPhone" in page
    assert "192.168.1.20" in page and "10.0.0.7" in page
    assert page.count("</svg>this one") == 1
    assert f"/me/devices/{device_of(phone).pk}/end/" in page
    assert f"/me/devices/{device_of(desk).pk}/end/" not in page


def test_the_table_of_sign_ins_lets_nobody_in(seller):
    client = browser(seller)

    thief = Client()
    thief.cookies["kartu_session"] = device_of(client).key

    assert not is_in(thief)
    assert client.cookies["kartu_session"].value not in str(Device.objects.values())


def test_one_that_is_ended_is_out_at_its_next_request_and_hears_nothing_more(seller, telling):
    desk, phone = browser(seller), browser(seller, PHONE)
    device = device_of(phone)

    assert desk.post(f"/me/devices/{device.pk}/end/").status_code == 204

    assert (is_in(phone), is_in(desk)) == (False, True)
    assert [(m.person_id, m.kind) for m in LiveMessage.objects.all()] == [(seller.pk, "look-again")]
    assert (telling[-1].verb, telling[-1].row, telling[-1].values["name"]) == ("sign_out", seller, "Safari, iPhone")


def test_an_ended_session_does_not_come_back_by_what_its_last_request_saves(seller):
    client = browser(seller)
    session = SessionStore(client.cookies["kartu_session"].value)
    session["toasts"] = ["half way"]
    Device.objects.all().delete()

    with pytest.raises(UpdateError):
        session.save()

    assert not Device.objects.exists()


def test_all_others_are_ended_at_once(seller, stranger):
    here, *others = [browser(seller) for _ in range(3)]
    foreign = browser(stranger)

    here.post("/me/devices/others/end/")

    assert [is_in(client) for client in (here, *others, foreign)] == [True, False, False, True]


def test_nobody_sees_or_ends_the_sign_ins_of_another_without_the_right(owner, seller, stranger, head):
    theirs = browser(seller)
    device = device_of(theirs)

    for person in (stranger, head):
        client = browser(person)
        assert client.get(f"/people/{seller.pk}/devices/").status_code == 403
        assert client.post(f"/people/{seller.pk}/devices/{device.pk}/end/").status_code == 403
        assert client.post(f"/people/{seller.pk}/devices/end/").status_code == 403
        assert client.post(f"/me/devices/{device.pk}/end/").status_code == 404

    assert is_in(theirs)


def test_the_owner_sees_and_ends_those_of_a_colleague(owner, seller):
    phone, desk, boss = browser(seller, PHONE), browser(seller), browser(owner)
    assert "Safari, iPhone" in boss.get(f"/people/{seller.pk}/devices/").content.decode()

    assert boss.post(f"/people/{seller.pk}/devices/{device_of(phone).pk}/end/").status_code == 204
    assert (is_in(phone), is_in(desk)) == (False, True)
    boss.post(f"/people/{seller.pk}/devices/end/")

    assert (is_in(desk), is_in(boss)) == (False, True)


def test_only_an_owner_shows_an_owner_out(owner, head):
    head.role.grants = {"firm.devices": 40}
    head.role.save()
    boss, client = browser(owner), browser(head)

    answer = client.post(f"/people/{owner.pk}/devices/end/")

    assert (answer.status_code, is_in(boss)) == (403, True)
    assert "owner" in answer.content.decode()


def test_a_new_password_ends_all_others_and_keeps_this_one(seller):
    here, other = browser(seller), browser(seller, PHONE)
    since = device_of(here).signed_in_at

    here.post("/me/key/", {"email": seller.email, "password": "a long new password", "old_password": RIGHT})

    assert (is_in(here), is_in(other)) == (True, False)
    kept = Device.objects.get(person=seller)
    assert (str(kept), kept.signed_in_at) == ("Chrome, Windows", since)


def test_closing_the_access_leaves_no_sign_in(owner, seller):
    clients = [browser(seller) for _ in range(3)]
    boss = browser(owner)

    boss.post(f"/people/{seller.pk}/close/")

    assert not Device.objects.filter(person=seller).exists()
    User.objects.filter(pk=seller.pk).update(is_active=True)
    assert [is_in(client) for client in clients] == [False] * 3, "not even once he is let in again"


def test_twelve_hours_without_a_visit_end_it(seller):
    client = browser(seller)
    assert device_of(client).expires_at - timezone.now() < timedelta(hours=12)

    Device.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert not is_in(client)


def test_visits_put_the_end_off_but_not_beyond_seven_days(seller):
    device = device_of(browser(seller))
    began = device.signed_in_at

    device.come_by("Chrome", "Windows", "", began + timedelta(days=3))
    assert device.expires_at == began + timedelta(days=3, hours=12)
    device.come_by("Chrome", "Windows", "", began + timedelta(days=6, hours=20))

    assert device.expires_at == began + timedelta(days=7)


def test_hours_and_days_come_from_the_settings(seller, settings):
    settings.IDLE_HOURS, settings.SESSION_DAYS = 1, 0.02

    device = device_of(browser(seller))

    assert device.expires_at - device.signed_in_at == timedelta(days=0.02)


def visit(client: Client, agent: str, address: str) -> tuple[presence.Visit, Device]:
    device = device_of(client)
    request = RequestFactory().get("/", HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    named = presence.browser_of(request)
    return presence.Visit(device.person_id, device.pk, *named, address), device


def test_a_copied_cookie_appears_in_the_list(seller):
    client = browser(seller)
    copied, device = visit(client, ANDROID, "203.0.113.9")
    assert presence.is_due(copied, device), "it does not wait for its minute"

    presence.write_down(copied)

    page = client.get("/me/devices/").content.decode()
    assert "Chrome, Android, 203.0.113.9" in page and "copied" in page


@pytest.fixture
def unseen(monkeypatch) -> None:
    monkeypatch.setattr(presence, "_noted", {})


def test_a_visit_is_written_once_a_minute_even_by_two_processes(seller, unseen, monkeypatch):
    client = browser(seller)
    same, device = visit(client, WINDOWS, "192.168.1.20")

    assert not presence.is_due(same, device), "it has just signed in"
    device.last_seen_at -= timedelta(seconds=61)
    monkeypatch.setattr(presence, "_noted", {})
    assert presence.is_due(same, device)
    assert not presence.is_due(same, device)


def test_what_is_over_is_not_brought_back_by_a_late_visit(seller):
    late, device = visit(browser(seller), WINDOWS, "192.168.1.20")
    Device.objects.update(expires_at=timezone.now() - timedelta(minutes=1))

    presence.write_down(late)

    assert not Device.objects.open().exists()


@pytest.fixture
def present(settings, monkeypatch, unseen) -> list[threading.Thread]:
    """Presence as in real life; the threads that it starts."""
    begun: list[threading.Thread] = []

    class Noted(threading.Thread):
        def start(self) -> None:
            begun.append(self)
            super().start()

    monkeypatch.setattr(presence.threading, "Thread", Noted)
    settings.TESTING = False
    return begun


@pytest.mark.django_db(transaction=True)
def test_being_here_is_written_down_beside_the_requests(seller, owner, present):
    clients = [browser(person) for person in (seller, owner)]
    User.objects.update(last_seen_at=None)
    Device.objects.update(last_seen_at=timezone.now() - timedelta(minutes=2))
    for client in (clients[0], clients[0], clients[1], clients[0]):
        assert is_in(client)
    for thread in present:
        thread.join()

    assert len(present) == 2
    seller.refresh_from_db()
    assert timezone.now() - seller.last_seen_at < timedelta(minutes=1)
    assert timezone.now() - device_of(clients[0]).last_seen_at < timedelta(minutes=1)


def test_the_list_asks_as_often_for_one_as_for_twenty(seller):
    client = browser(seller)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get("/me/devices/")
        counts.append(len(queries))
        for _ in range(20):
            browser(seller)

    assert counts[0] == counts[1]
