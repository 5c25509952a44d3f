"""What became of it, for everybody who may ask; and the clock that stood still is told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kartu.core.models import ClockSpan
from kartu.core.templatetags.formats import to_the_second
from kartu.notifications.actions import mark_seen, notify
from kartu.notifications.gaps import gaps, tell_of_gaps
from kartu.notifications.models import Notification

pytestmark = pytest.mark.django_db
TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)


def tell(person, title="Call Rina", **more):
    return notify(to=[person], kind="clients.call_back", title=title, **more)[0]


def test_the_steps_of_my_notice_stand_in_their_order(client, seller):
    notice = tell(seller)
    mark_seen(by=seller, up_to=notice.pk)
    client.force_login(seller)

    page = client.get(reverse("notifications:fate", args=[notice.pk]))

    steps = [(hop.channel, hop.what) for hop in page.context["hops"]]
    assert steps[:2] == [("bell", "planned"), ("bell", "sent")]
    assert steps[-1] == ("bell", "shown")
    assert "Call Rina" in page.content.decode()
    # Whether it came in time is read from seconds.
    assert to_the_second(page.context["hops"][0].at) in page.content.decode()


def test_the_owner_sees_all_and_others_their_own(client, seller, stranger, owner):
    notice = tell(seller)

    answers = {}
    for person in (owner, stranger):
        client.force_login(person)
        answers[person.pk] = (
            client.get(reverse("notifications:fate", args=[notice.pk])).status_code,
            client.get(reverse("notifications:ledger")).status_code,
        )

    assert answers == {owner.pk: (200, 200), stranger.pk: (404, 403)}


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ({}, ["Late", "To the head", "Call Rina"]),
        ({"person": "seller"}, ["Late", "Call Rina"]),
        ({"late": "1"}, ["Late"]),
        ({"state": "seen"}, ["To the head"]),
        ({"kind": "clients.mention"}, []),
        ({"channel": "bell", "state": "open"}, ["Late", "Call Rina"]),
    ],
)
def test_the_ledger_is_asked_by_person_kind_way_and_state(client, seller, head, owner, asked, titles):
    tell(seller)
    mark_seen(by=head, up_to=tell(head, "To the head").pk)
    tell(seller, "Late", late=True)
    client.force_login(owner)

    asked = {name: str(seller.pk) if value == "seller" else value for name, value in asked.items()}
    page = client.get(reverse("notifications:ledger"), asked)

    assert [notice.title for notice in page.context["notices"]] == titles


def test_the_ledger_asks_as_much_for_fifty_as_for_one(client, seller, owner):
    tell(seller)
    client.force_login(owner)
    client.get(reverse("notifications:ledger"))

    def questions():
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("notifications:ledger"))
        return len(asked)

    with_one = questions()
    for number in range(60):
        tell(seller, f"News {number}")
    assert questions() == with_one


def span(begin, end, worker="one"):
    moments = {"since": TEN + timedelta(minutes=begin), "until": TEN + timedelta(minutes=end)}
    return ClockSpan.objects.create(worker=worker, **moments)


def test_gaps_are_what_no_worker_covers():
    spans = [
        ClockSpan(pk=pk, worker=worker, since=TEN + timedelta(minutes=begin), until=TEN + timedelta(minutes=end))
        for pk, (worker, begin, end) in enumerate(
            [("a", 0, 30), ("b", 5, 60), ("b", 75, 90), ("c", 93, 99), ("d", 120, 130)]
        )
    ]

    found = [(gap.minutes, gap.why) for gap in gaps(spans)]

    assert found == [(15, "lived"), (21, "off")]


def test_the_owner_hears_once_that_the_clock_stood_still(owner, seller, monkeypatch):
    span(-60, 2)
    span(13, 16)
    monkeypatch.setattr("django.utils.timezone.now", lambda: TEN + timedelta(minutes=14))
    for number in range(3):
        tell(seller, f"News {number}", at=TEN + timedelta(minutes=5 + number))
    now = TEN + timedelta(minutes=16)

    tell_of_gaps(TEN + timedelta(minutes=14))
    assert not Notification.objects.visible_to(owner).exists(), "what waited is counted first"
    tell_of_gaps(now)
    tell_of_gaps(now)

    [notice] = Notification.objects.visible_to(owner)
    assert notice.title == "For a while nothing could be sent"
    assert "the computer slept" in notice.text
    assert notice.text.endswith("3 reminders came late.")


def test_a_short_pause_is_nobodys_news(owner):
    span(-60, 2)
    span(5, 9, worker="two")

    tell_of_gaps(TEN + timedelta(minutes=10))

    assert not Notification.objects.visible_to(owner).exists()


def test_the_page_of_the_clock_names_the_gap(client, owner, monkeypatch):
    span(-60, 2)
    span(13, 16)
    monkeypatch.setattr("django.utils.timezone.now", lambda: TEN + timedelta(minutes=16))
    client.force_login(owner)

    page = client.get(reverse("notifications:clock"))

    assert [gap.minutes for gap in page.context["gaps"]] == [11]
    assert page.context["runs"]
