"""The work in the background stands still: everybody sees it, and the owners are told though nobody else could tell."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from kartu.core.models import ClockSpan, Job
from kartu.core.models.live import LiveMessage
from kartu.core.stopwatch import Reading, passed
from kartu.notifications import standing
from kartu.notifications.actions import notify
from kartu.notifications.gaps import Why, gaps
from kartu.notifications.models import Hop, MailSettings, Notification
from kartu.security import notices

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = 3600


@pytest.fixture(autouse=True)
def server(monkeypatch):
    MailSettings(host="mail.example", port=2525, security="none", from_address="crm@tirta.example").save()
    monkeypatch.setattr(notices, "STARTED", -1e9)


def beat(minutes_ago):
    until = timezone.now() - timedelta(minutes=minutes_ago)
    return ClockSpan.objects.create(worker="w", since=until - timedelta(hours=1), until=until)


def heard():
    return LiveMessage.objects.filter(kind="standing").count()


def test_the_owner_gets_a_letter_though_no_worker_runs(owner, seller):
    beat(20)
    notify(to=[seller], kind="test", title="News", only=["email"])

    stood = standing.look(None, timezone.now())

    assert [letter.to for letter in mail.outbox] == [[owner.email]]
    assert mail.outbox[0].subject == "Reminders and letters do not go out"
    [notice] = Notification.objects.visible_to(owner)
    assert notice.hops.filter(channel="email", what=Hop.What.SENT).exists()
    assert (stood is not None, heard()) == (True, 1)
    assert Job.objects.open().count() == 1, "what others wait for is the worker's"


def test_it_is_told_once_however_often_it_is_looked_at(owner):
    beat(20)

    stood = None
    for _minute in range(3):
        stood = standing.look(stood, timezone.now())

    assert (len(mail.outbox), heard()) == (1, 1)


def test_open_pages_hear_that_it_goes_on(owner):
    beat(20)
    stood = standing.look(None, timezone.now())
    beat(0)

    assert standing.look(stood, timezone.now()) is None
    assert (len(mail.outbox), heard()) == (1, 2)


def test_control_while_it_works_nobody_is_told(owner):
    beat(1)

    assert standing.look(None, timezone.now()) is None
    assert (mail.outbox, heard()) == ([], 0)


def test_just_after_the_start_the_worker_may_take_its_time(owner, monkeypatch):
    beat(20)
    monkeypatch.setattr(notices, "STARTED", notices.time.monotonic())

    assert standing.look(None, timezone.now()) is None


def test_what_stands_on_top_of_an_open_page_is_read_again(client, seller, owner):
    client.force_login(seller)
    beat(20)

    piece = client.get(reverse("core:notices")).content.decode()
    page = client.get(reverse("notifications:told")).content.decode()

    assert "Reminders have not gone out since" in piece and f"tell {owner.name}" in piece
    assert 'hx-trigger="kartu:live:standing from:body"' in page


def test_pages_go_on_to_know_that_it_works(client, seller, monkeypatch):
    """The query for the person is put together once in the life of a web server, the moment in it is not."""
    client.force_login(seller)
    beat(24 * 60)
    assert "Reminders have not gone out since" in client.get(reverse("core:notices")).content.decode()
    later = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    beat(0)

    piece = client.get(reverse("core:notices")).content.decode()

    assert "Reminders have not gone out since" not in piece


def test_control_a_beat_that_lies_ahead_is_not_believed(client, seller):
    client.force_login(seller)
    beat(20)
    beat(-60)

    assert "Reminders have not gone out since" in client.get(reverse("core:notices")).content.decode()


@pytest.mark.parametrize(
    ("wall", "running", "awake", "expected"),
    [
        (8 * HOUR, 8 * HOUR, 60, (8 * HOUR - 60, 0)),  # a night's sleep
        (8 * HOUR, 60, 60, (0, 8 * HOUR - 60)),  # the clock was put forward
        (60 - HOUR, 60, 60, (0, -HOUR)),  # and back
        (60, 60, 60, (0, 0)),
    ],
)
def test_sleep_and_a_clock_put_forward_are_told_apart(wall, running, awake, expected):
    found = passed(Reading(1000, 50, 40), Reading(1000 + wall, 50 + running, 40 + awake))

    assert (found.slept, found.moved) == expected


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"slept": 8 * HOUR, "moved": 0}, Why.SLEPT),
        ({"slept": 0, "moved": 8 * HOUR}, Why.MOVED),
        ({"slept": 0, "moved": 0}, Why.LIVED),
        ({}, Why.LIVED),
        ({"worker": "another"}, Why.OFF),
    ],
)
def test_the_page_of_the_clock_says_what_a_gap_was(known, why):
    night = timezone.now() - timedelta(hours=10)
    before = ClockSpan(pk=1, worker="w", since=night - timedelta(hours=1), until=night)
    began = night + timedelta(hours=8)
    after = ClockSpan(pk=2, **{"worker": "w", "since": began, "until": began + timedelta(hours=1), **known})

    assert [gap.why for gap in gaps([before, after])] == [why]
