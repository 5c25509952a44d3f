from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kartu.core.jobs import clock
from kartu.core.models import ClockSpan, Job, Schedule
from kartu.core.testing import run_jobs
from kartu.core.tests import samples

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, 2, tzinfo=UTC)
NAMES = {"sample.often": "core.often", "sample.nightly": "core.nightly"}


class Wall:
    """The clock on the wall, which a test may turn."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def tick_at(self, moment: datetime) -> None:
        self.now = moment
        clock.tick()

    def pass_by(self, *, step: int = 1, **time: float) -> None:
        """Let time pass, ticking every `step` minutes."""
        ends = self.now + timedelta(**time)
        while self.now < ends:
            self.tick_at(self.now + timedelta(minutes=step))


@pytest.fixture
def wall(monkeypatch):
    wall = Wall()
    monkeypatch.setattr(clock, "database_now", wall)
    clock.tick()
    return wall


def slots(name: str) -> list[str]:
    """The slots of `name` that were queued, as "day hour:minute"."""
    keys = Job.objects.filter(name=NAMES[name]).order_by("id").values_list("dedupe", flat=True)
    return [datetime.fromisoformat(key.partition("@")[2]).strftime("%d %H:%M") for key in keys]


def test_each_slot_is_queued_when_it_comes(wall):
    wall.pass_by(minutes=14)

    assert slots("sample.often") == ["23 12:05", "23 12:10", "23 12:15"]


def test_the_first_start_makes_up_for_nothing(wall):
    assert slots("sample.often") == slots("sample.nightly") == []


def test_slots_that_passed_while_nothing_ran_are_made_up_for_once(wall):
    wall.tick_at(NOON + timedelta(days=3))

    assert slots("sample.often") == ["23 12:05"]
    assert slots("sample.nightly") == ["24 03:00"]


def test_a_clock_put_forward_ten_years_and_back_goes_on(wall):
    wall.tick_at(NOON.replace(year=2036))
    assert slots("sample.often") == ["23 12:05"]
    run_jobs()

    wall.tick_at(NOON)
    wall.pass_by(minutes=15)

    assert slots("sample.often") == ["23 12:05", "23 12:10", "23 12:15"]


def test_a_clock_put_back_an_hour_keeps_frequent_work_going(wall):
    wall.pass_by(minutes=10)
    run_jobs()
    Job.objects.all().delete()

    wall.tick_at(NOON - timedelta(minutes=50))
    wall.pass_by(minutes=10)

    assert slots("sample.often") == ["23 11:15", "23 11:20"]


def test_nightly_work_is_not_done_twice_when_the_clock_is_put_back_over_it(wall):
    wall.pass_by(hours=16, step=30)
    assert slots("sample.nightly") == ["24 03:00"]
    run_jobs()

    wall.tick_at(datetime(2026, 11, 24, 2, 30, tzinfo=UTC))
    wall.pass_by(hours=2, step=10)

    assert slots("sample.nightly") == ["24 03:00"]


def test_a_tick_of_a_second_clock_at_the_same_moment_queues_nothing(wall):
    wall.pass_by(minutes=3)
    run_jobs()

    clock.tick()

    assert slots("sample.often") == ["23 12:05"]


def test_the_control_without_the_moved_row_queues_twice(wall, monkeypatch):
    monkeypatch.setattr(Schedule, "save", lambda *args, **kwargs: None)
    wall.pass_by(minutes=3)
    run_jobs()

    clock.tick()

    assert slots("sample.often") == ["23 12:05", "23 12:05"]


def test_a_changed_cron_text_takes_hold_at_once(wall):
    Schedule.objects.filter(name="sample.often").update(cron="0 0 1 1 *", next_at=datetime(2027, 1, 1, tzinfo=UTC))

    wall.pass_by(minutes=4)

    assert slots("sample.often") == ["23 12:05"]


@pytest.mark.parametrize(("day", "expected"), [
    ("2026-03-29", ["2026-03-29T01:00:00+00:00"]),  # 02:30 does not exist: it fires once, right after the gap
    ("2026-10-25", ["2026-10-25T00:30:00+00:00"]),  # 02:30 comes twice: it fires once
])  # fmt: skip
def test_a_local_hour_that_summer_time_skips_or_repeats_fires_once(monkeypatch, day, expected):
    monkeypatch.setattr(clock, "zone", lambda: ZoneInfo("Europe/Berlin"))
    nightly = clock.Periodic("x", "30 2 * * *", samples.nightly)
    moment = datetime.fromisoformat(f"{day}T00:00:00+00:00") - timedelta(hours=3)
    ends = moment + timedelta(hours=24)

    fired = []
    while (moment := nightly.after(moment)) < ends:
        fired.append(moment.isoformat())

    assert fired == expected


def test_the_clock_proves_that_it_ran(wall):
    span = None
    for _minute in range(10):
        wall.now += timedelta(minutes=1)
        span = clock.beat("w", span)
    wall.now += timedelta(minutes=30)
    clock.beat("w", span)

    assert ClockSpan.objects.count() == 2
    assert ClockSpan.objects.covering(NOON + timedelta(minutes=5)).exists()
    assert not ClockSpan.objects.covering(NOON + timedelta(minutes=25)).exists()


def test_a_schedule_may_come_some_seconds_behind_its_minute():
    behind = clock.Periodic("sample+20", "*/5 * * * *", None, seconds=20)

    assert behind.after(NOON) == NOON.replace(minute=5, second=20)
    assert behind.after(NOON.replace(minute=5, second=19)) == NOON.replace(minute=5, second=20)
    assert behind.after(NOON.replace(minute=5, second=20)) == NOON.replace(minute=10, second=20)
