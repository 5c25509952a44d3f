"""Quiet hours, digests and one message a minute: what waits, until when, and that nothing is lost or sent twice."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kartu.core.actors import System
from kartu.firm.models import User
from kartu.notifications import holding, quiet
from kartu.notifications.actions import mark_seen, notify
from kartu.notifications.channels import Channel, channels, note, standing
from kartu.notifications.choices import choose, digest_name
from kartu.notifications.kinds import IN_WORK, Kind, kinds
from kartu.notifications.models import Held, Hop, Letter, MailSettings, Notification, Preference, QuietHours
from kartu.security import audit

EVENING = datetime(2026, 11, 30, 16, tzinfo=UTC)  # 23:00 in Jakarta
MORNING = datetime(2026, 12, 1, 0, tzinfo=UTC)  # 07:00 in Jakarta


class Clock:
    now = EVENING


@pytest.fixture
def clock(monkeypatch):
    Clock.now = EVENING
    monkeypatch.setattr("django.utils.timezone.now", lambda: Clock.now)
    return Clock


class Horn:
    """A loud way, with all that it was given to send."""

    sent: list[Notification]

    def __init__(self) -> None:
        self.sent = []

    def send(self, notification: Notification) -> None:
        note(Hop.What.SENT, "horn", notification_id=notification.pk)
        self.sent.append(notification)


@pytest.fixture
def horn(monkeypatch):
    monkeypatch.setattr(channels, "_items", dict(channels._items))
    monkeypatch.setattr(kinds, "_items", dict(kinds._items))
    kinds.add(Kind("work.loud", "Loud", IN_WORK, outside=True))
    kinds.add(Kind("work.fire", "Fire", IN_WORK, outside=True, is_urgent=True))
    horn = Horn()
    channels.add(Channel("horn", "Horn", horn.send, order=90))
    return horn


@pytest.fixture
def sleeper(seller):
    seller.time_zone = "Asia/Jakarta"
    seller.save()
    QuietHours.objects.create(person=seller, from_at=time(22), until_at=time(7))
    return seller


def tell(person, title="News", **more):
    return notify(to=[person], kind=more.pop("kind", "work.loud"), title=title, **more)[0]


def minutes(clock, count):
    """The minute job, minute by minute."""
    for _minute in range(count):
        clock.now += timedelta(minutes=1)
        holding.let_out()


@pytest.mark.django_db
def test_in_quiet_hours_the_bell_knows_and_the_rest_waits_for_their_end(sleeper, horn, clock):
    notice = tell(sleeper)

    assert horn.sent == []
    assert standing(notice)["bell"].what == "sent"
    assert standing(notice)["horn"].what == "held"
    assert Held.objects.get(channel="horn").until == MORNING

    clock.now = MORNING - timedelta(minutes=1)
    assert holding.let_out() == 0
    clock.now = MORNING
    holding.let_out()
    assert horn.sent == [notice]
    assert standing(notice)["horn"].what == "sent"


@pytest.mark.django_db
def test_what_is_urgent_comes_at_once(sleeper, horn, clock):
    first = tell(sleeper, kind="work.fire")
    second = tell(sleeper, urgent=True)

    assert horn.sent == [first, second]


@pytest.mark.django_db
def test_what_waited_together_comes_as_one_message_that_lists_it(sleeper, horn, clock):
    notices = [tell(sleeper, f"News {number}") for number in range(5)]

    clock.now = MORNING
    assert holding.let_out() == 1 + Held.objects.filter(channel="email", out_at=None).count()

    [digest] = horn.sent
    assert digest.title == "5 things to know"
    assert digest.text.splitlines() == [f"• News {number}" for number in range(5)]
    assert [standing(notice)["horn"].carrier_id for notice in notices] == [f"digest:{digest.pk}"] * 5
    assert not Notification.objects.visible_to(sleeper).in_bell().filter(pk=digest.pk).exists()


@pytest.mark.django_db
def test_what_was_seen_meanwhile_needs_no_letter(sleeper, horn, clock):
    seen, unseen = tell(sleeper, "Seen"), tell(sleeper, "Unseen")
    mark_seen(by=sleeper, up_to=seen.pk)

    clock.now = MORNING
    holding.let_out()

    assert horn.sent == [unseen]
    assert (standing(seen)["horn"].what, standing(seen)["horn"].reason) == ("withdrawn", "It had been seen already")


@pytest.mark.django_db
def test_a_second_message_within_a_minute_waits_for_its_turn(seller, horn, clock):
    first = tell(seller, "First")
    more = [tell(seller, f"More {number}") for number in range(300)]
    assert horn.sent == [first]

    minutes(clock, 3)

    assert len(horn.sent) <= 4
    told = {row.notification_id for row in Held.objects.filter(channel="horn", out_at__isnull=False)}
    assert told == {notice.pk for notice in more}


@pytest.mark.django_db
def test_without_the_pace_three_hundred_would_arrive_at_once(seller, horn, clock, monkeypatch):
    monkeypatch.setattr("kartu.notifications.models.Pace.take", lambda *arguments: True)

    for number in range(300):
        tell(seller, f"More {number}")

    assert len(horn.sent) == 300


@pytest.mark.django_db
def test_three_days_off_come_as_one_digest_marked_late(seller, horn, clock):
    """F-25: the worker starts again, and tells of all that it has missed."""
    planned = [EVENING - timedelta(days=3) + timedelta(minutes=17 * number) for number in range(200)]
    notices = [tell(seller, f"News {number}", at=at) for number, at in enumerate(planned)]
    assert horn.sent == []
    assert all(notice.is_late for notice in notices)
    assert notices[0].text.startswith("Late: it was for ")

    clock.now += timedelta(seconds=40)
    holding.let_out()
    assert [message.title for message in horn.sent] == ["200 things to know"]
    assert horn.sent[0].text.endswith("more")

    minutes(clock, 10)
    assert len(horn.sent) == 1
    assert not Held.objects.filter(channel="horn", out_at=None).exists()


@pytest.mark.django_db
def test_what_comes_on_time_is_not_late(seller, horn, clock):
    assert not tell(seller, at=EVENING - timedelta(seconds=20)).is_late
    assert tell(seller, at=EVENING - timedelta(minutes=3)).is_late


@pytest.mark.django_db
def test_the_letter_of_a_digest_holds_all_of_it(sleeper, clock):
    MailSettings.objects.create(host="127.0.0.1", port=9, security="none", from_address="kartu@example.com")
    for number in range(120):
        tell(sleeper, f"A rather long piece of news with the number {number}", email=True)

    clock.now = MORNING
    holding.let_out()

    letter = Letter.objects.get()
    assert letter.text.count("•") == 120


@pytest.mark.django_db
def test_a_daily_digest_comes_at_its_hour(seller, horn, clock):
    seller.time_zone = "Asia/Jakarta"
    seller.save()
    choose(
        by=seller,
        person=seller,
        ticked=["work.loud|horn", "work.fire|horn"],
        digests={digest_name(kinds["work.loud"]): "daily", digest_name(kinds["work.fire"]): "daily"},
    )
    fire, loud = tell(seller, kind="work.fire"), tell(seller)

    assert horn.sent == [fire], "what is urgent is not collected"
    assert Held.objects.get(notification=loud, channel="horn").until == datetime(2026, 12, 1, 11, tzinfo=UTC)
    assert not Preference.objects.filter(kind="work.fire").exclude(digest="").exists()


@pytest.mark.django_db
def test_a_clock_that_was_years_ahead_keeps_nothing_back_for_years(sleeper, horn, clock):
    clock.now = EVENING.replace(year=2036)
    notice = tell(sleeper)

    clock.now = EVENING + timedelta(hours=12)
    holding.let_out()

    assert horn.sent == [notice]


@pytest.mark.django_db
def test_whoever_left_is_told_nothing_any_more(sleeper, horn, clock):
    notice = tell(sleeper)
    User.objects.filter(pk=sleeper.pk).update(is_active=False)

    clock.now = MORNING
    holding.let_out()

    assert horn.sent == []
    assert standing(notice)["horn"].reason == "This person works here no more"


@pytest.mark.django_db
def test_settled_things_go_out_no_more(sleeper, horn, clock):
    notice = tell(sleeper)
    with audit.acting_as(System("a test")):
        holding.drop([notice.pk], "done")

    clock.now = MORNING

    assert holding.let_out() == 0
    assert standing(notice)["horn"].what == "withdrawn"


@pytest.mark.django_db
def test_outside_working_hours_waits_for_the_next_ones(seller, clock, monkeypatch):
    monkeypatch.setattr(quiet, "add_working_minutes", lambda who, at, count: max(at, MORNING + timedelta(hours=2)))
    hours = QuietHours(person=seller, outside_work=True)

    assert quiet.peace_until(hours, EVENING) == MORNING + timedelta(hours=2)


ZONES = st.sampled_from(["Asia/Jakarta", "Europe/London", "America/Sao_Paulo", "Australia/Lord_Howe", "Europe/Moscow"])
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC))
CLOCKS = st.times().map(lambda each: each.replace(second=0, microsecond=0))


NIGHTS = st.tuples(CLOCKS, CLOCKS).filter(lambda ends: ends[0] != ends[1])


def is_quiet(hours, shown):
    """The same in other words, for a clock that is never put forward or back."""
    begin, end, clock = hours.from_at, hours.until_at, shown.time()
    if begin < end:
        return begin <= clock < end and shown.weekday() in hours.days
    day = shown if clock >= begin else shown - timedelta(days=1)
    return (clock >= begin or clock < end) and day.weekday() in hours.days


@given(at=MOMENTS, night=NIGHTS, days=st.sets(st.integers(0, 6)))
def test_peace_ends_with_the_first_minute_that_is_not_quiet(at, night, days):
    zone = ZoneInfo("Asia/Jakarta")
    hours = QuietHours(person=User(time_zone=zone.key), from_at=night[0], until_at=night[1], days=sorted(days))

    until = quiet.peace_until(hours, at)

    assert is_quiet(hours, at.astimezone(zone)) == (until > at)
    assert not is_quiet(hours, until.astimezone(zone))
    if until > at:
        assert is_quiet(hours, (until - timedelta(microseconds=1)).astimezone(zone))


@given(zone=ZONES, at=MOMENTS, night=NIGHTS)
def test_where_clocks_are_put_forward_and_back_a_night_ends_all_the_same(zone, at, night):
    hours = QuietHours(person=User(time_zone=zone), from_at=night[0], until_at=night[1], days=list(range(7)))

    until = quiet.peace_until(hours, at)

    assert at <= until <= at + timedelta(hours=26)
    assert quiet.night_until(hours, until, ZoneInfo(zone)) == until


@given(zone=ZONES, at=MOMENTS, digest=st.sampled_from(["hourly", "daily"]), hour=CLOCKS)
def test_a_digest_comes_behind_the_moment_and_within_its_time(zone, at, digest, hour):
    hours = QuietHours(person=User(time_zone=zone), digest_at=hour)

    coming = quiet.digest_at(digest, hours, at)

    longest = timedelta(hours=1) if digest == "hourly" else timedelta(hours=26)
    assert at < coming <= at + longest
