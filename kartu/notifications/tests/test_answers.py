"""Acknowledged, put off, repeated, escalated, settled, ignored: each once, at its minute."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse

from kartu.firm.models import Team
from kartu.notifications import minute
from kartu.notifications.actions import mark_seen, notify, unseen_count
from kartu.notifications.answers import NotPossible, acknowledge, put_off, withdraw
from kartu.notifications.channels import Channel, channels, note
from kartu.notifications.kinds import HEAD, IN_WORK, Kind, kinds
from kartu.notifications.models import Hop, Notification, QuietHours, Step

pytestmark = pytest.mark.django_db
TEN = datetime(2026, 12, 1, 10, tzinfo=UTC)


class Clock:
    now = TEN


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    Clock.now = TEN
    monkeypatch.setattr("django.utils.timezone.now", lambda: Clock.now)
    return Clock


@pytest.fixture(autouse=True)
def ways(monkeypatch):
    """Two loud ways, and what went by them."""
    monkeypatch.setattr(channels, "_items", {key: channels[key] for key in ("bell", "popup")})
    monkeypatch.setattr(kinds, "_items", dict(kinds._items))
    kinds.add(Kind("work.due", "Due", IN_WORK, ladder=((15, "horn"), (30, "drum"), (60, HEAD))))
    sent = []

    def by(key):
        def send(notification):
            note(Hop.What.SENT, key, notification_id=notification.pk)
            sent.append((key, notification.lead_id, Clock.now))

        return send

    channels.add(Channel("horn", "Horn", by("horn"), by_default=False, order=80))
    channels.add(Channel("drum", "Drum", by("drum"), by_default=False, order=90))
    return sent


@pytest.fixture(autouse=True)
def team(seller, head):
    seller.team = Team.objects.create(name="Sales of the north", head=head)
    seller.save()


def tell(person, **more):
    return notify(to=[person], kind=more.pop("kind", "work.due"), title="Call Rina", **more)[0]


def run_until(clock, moment, step=timedelta(minutes=1)):
    while clock.now < moment:
        clock.now += step
        minute.run()


def told(person, kind):
    return list(Notification.objects.visible_to(person).filter(kind=kind))


def test_nobody_looks_and_it_climbs_to_the_head(seller, head, clock, ways):
    notice = tell(seller)

    run_until(clock, TEN + timedelta(hours=3))

    assert ways == [
        ("horn", notice.pk, TEN + timedelta(minutes=15)),
        ("drum", notice.pk, TEN + timedelta(minutes=30)),
    ]
    [up] = told(head, "notifications.not_seen")
    assert up.title == f"{seller.name} has not reacted for 60 min"
    assert up.created_at == TEN + timedelta(hours=1)


def test_who_has_looked_is_left_alone(seller, head, clock, ways):
    notice = tell(seller)
    run_until(clock, TEN + timedelta(minutes=20))

    mark_seen(by=seller, up_to=notice.pk)
    run_until(clock, TEN + timedelta(hours=3))

    assert [way for way, *_rest in ways] == ["horn"]
    assert told(head, "notifications.not_seen") == []


def test_each_rung_is_taken_once_however_often_it_is_looked_at(seller, head, clock, ways):
    tell(seller)
    clock.now += timedelta(hours=2)

    for _time in range(5):
        minute.run()

    assert sorted(way for way, *_rest in ways) == ["drum", "horn"]
    assert len(told(head, "notifications.not_seen")) == 1


def test_control_without_the_row_of_the_step_a_rung_would_be_taken_again(seller, head, clock, ways):
    tell(seller)
    clock.now += timedelta(minutes=70)
    minute.run()

    Step.objects.filter(key="ladder:head").delete()
    Notification.objects.as_system("a test").filter(kind="notifications.not_seen").update(state="seen")

    assert Step.take(Notification.objects.visible_to(seller).get().pk, "ladder:head")


def test_the_ladder_waits_for_the_end_of_quiet_hours(seller, clock, ways):
    seller.time_zone = "UTC"
    seller.save()
    QuietHours.objects.create(person=seller, from_at=time(10), until_at=time(12))
    tell(seller)

    run_until(clock, TEN + timedelta(hours=1, minutes=59))
    assert ways == []

    run_until(clock, TEN + timedelta(hours=2))
    assert [way for way, *_rest in ways] == ["horn", "drum"]


def test_what_must_be_acknowledged_comes_back_until_it_is(seller, clock):
    notice = tell(seller, kind="test", needs_ack=True)
    mark_seen(by=seller, up_to=notice.pk)

    run_until(clock, TEN + timedelta(minutes=35))
    rings = Notification.objects.visible_to(seller).filter(first=notice)
    assert [ring.created_at - TEN for ring in rings.order_by("pk")] == [
        timedelta(minutes=count) for count in (10, 20, 30)
    ]
    assert unseen_count(seller) == 1, "the earlier rings have left the bell"

    assert acknowledge(by=seller, notification=rings.order_by("pk").last())
    run_until(clock, TEN + timedelta(hours=3))
    assert rings.count() == 3
    assert {row.state for row in Notification.objects.visible_to(seller)} == {"acked"}
    assert not acknowledge(by=seller, notification=notice)


def test_an_outage_brings_one_repeat_and_not_all_that_were_missed(seller, clock):
    notice = tell(seller, kind="test", needs_ack=True)

    clock.now += timedelta(minutes=45)
    minute.run()
    minute.run()

    assert Notification.objects.visible_to(seller).filter(first=notice).count() == 1


def test_put_off_it_is_gone_and_rings_anew_at_its_moment(seller, clock, ways):
    notice = tell(seller)

    put_off(by=seller, notification=notice, until=TEN + timedelta(hours=1), why="In a meeting")
    assert unseen_count(seller) == 0
    run_until(clock, TEN + timedelta(minutes=59))
    assert unseen_count(seller) == 0
    assert ways == []

    run_until(clock, TEN + timedelta(hours=1, minutes=20))
    [ring] = Notification.objects.visible_to(seller).filter(first=notice)
    assert (ring.created_at, ring.title) == (TEN + timedelta(hours=1), "Call Rina")
    assert [(way, pk) for way, pk, _at in ways] == [("horn", ring.pk)], "it climbs from its own moment"
    hop = notice.hops.get(what="snoozed")
    assert "In a meeting" in hop.reason


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(minutes=-1), timedelta(days=400)])
def test_nothing_is_put_off_into_the_past_or_for_ever(seller, ahead):
    with pytest.raises(NotPossible):
        put_off(by=seller, notification=tell(seller), until=TEN + ahead)


def test_nobody_answers_for_another(seller, stranger):
    notice = tell(seller, needs_ack=True)

    assert not acknowledge(by=stranger, notification=notice)
    assert not put_off(by=stranger, notification=notice, until=TEN + timedelta(hours=1))
    assert unseen_count(seller) == 1


def test_what_is_done_elsewhere_rings_no_more(seller, head, clock, ways):
    about = Team(pk=7)
    first, second = (tell(person, about=about, needs_ack=True) for person in (seller, head))
    other = tell(seller, about=Team(pk=8))
    put_off(by=head, notification=second, until=TEN + timedelta(hours=1))

    assert withdraw(about=about) == 2
    run_until(clock, TEN + timedelta(hours=2))

    assert {pk for _way, pk, _at in ways} == {other.pk}
    states = {
        row.pk: row.state for row in Notification.objects.as_system("a test").filter(pk__in=[first.pk, second.pk])
    }
    assert set(states.values()) == {"withdrawn"}
    assert unseen_count(head) == 0 or told(head, "notifications.not_seen")


def test_what_nobody_answers_in_a_week_is_closed_and_may_still_be_seen(seller, clock):
    notice = tell(seller, kind="test")
    clock.now += timedelta(days=7, minutes=1)

    minute.run()
    minute.run()

    assert Notification.objects.visible_to(seller).get().state == "ignored"
    assert notice.hops.filter(what="ignored").count() == 1
    mark_seen(by=seller, up_to=notice.pk)
    assert Notification.objects.visible_to(seller).get().state == "seen"


def test_the_buttons_of_the_bell(client, seller):
    client.force_login(seller)
    first, second = tell(seller, needs_ack=True), tell(seller)

    page = client.get(reverse("notifications:bell")).content.decode()
    known = client.post(reverse("notifications:ack", args=[first.pk]))
    later = client.post(reverse("notifications:snooze", args=[second.pk]), {"for": "1h", "why": "Lunch"})

    assert "I know" in page and "tomorrow at 9" in page
    assert "You know" in known.content.decode()
    assert "put off until" in later.content.decode()
    assert Notification.objects.visible_to(seller).get(pk=second.pk).snoozed_until == TEN + timedelta(hours=1)


def test_a_moment_is_typed_as_people_say_it(client, seller):
    client.force_login(seller)
    notice = tell(seller)

    wrong = client.post(reverse("notifications:snooze", args=[notice.pk]), {"for": "", "when": "some day"})
    right = client.post(reverse("notifications:snooze", args=[notice.pk]), {"for": "", "when": "in 2 hours"})

    assert (wrong.status_code, right.status_code) == (422, 200)
    assert Notification.objects.visible_to(seller).get().snoozed_until == TEN + timedelta(hours=2)
