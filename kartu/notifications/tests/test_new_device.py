"""A sign-in from a browser that a person never used."""

import pytest
from django.test import Client

from kartu.core.testing import run_jobs
from kartu.firm.models import Device, User
from kartu.firm.throttle import MOST_ACCOUNTS
from kartu.notifications.models import Notification
from kartu.security.alerts import actions, watching
from kartu.security.alerts.rules import alert_rules
from kartu.security.models import Alert

WINDOWS = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36"


def enter(person: User, client: Client | None = None) -> Client:
    client = client or Client(HTTP_USER_AGENT=WINDOWS, REMOTE_ADDR="203.0.113.9")
    assert client.post("/sign-in/", {"email": person.email, "password": "correct horse"}).status_code == 302
    return client


def told(person: User) -> list[Notification]:
    run_jobs()
    return list(Notification.objects.visible_to(person).filter(kind="firm.new_device"))


@pytest.mark.django_db
def test_a_browser_that_is_new_is_told_once_to_whoever_signed_in(seller, owner):
    first = enter(seller)
    assert told(seller) == [], "the first sign-in of all is no news"
    first.post("/sign-out/")
    enter(seller, first)
    assert told(seller) == [], "this browser is known"

    enter(seller)

    (notice,) = told(seller)
    device = Device.objects.latest("pk")
    assert "Chrome, Windows" in notice.text and "203.0.113.9" in notice.text
    assert notice.url == f"/me/devices/#device-{device.pk}"
    assert told(owner) == []


@pytest.mark.django_db
def test_colleagues_at_one_computer_are_known_there_side_by_side(seller, stranger):
    shared = Client()
    for person in (seller, stranger, seller, stranger):
        enter(person, shared)
        shared.post("/sign-out/")

    assert (told(seller), told(stranger)) == ([], [])
    assert MOST_ACCOUNTS == 8


@pytest.mark.django_db
def test_the_owners_hear_of_it_where_it_matters_and_sign_him_out(owner, head, seller):
    watching.look()
    for person in (owner, seller):
        enter(person)
        enter(person)

    watching.look()

    alert = Alert.objects.get(rule="new_device")
    assert (alert.person, alert.count, alert.limit) == (owner, 1, alert_rules["new_device"].limit)
    actions.end_sign_ins(alert=alert, by=owner)
    assert not Device.objects.filter(person=owner).exists()
