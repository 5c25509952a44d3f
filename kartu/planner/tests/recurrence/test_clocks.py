"""Clocks that jump: each slot once, whatever the zone does (F-22, F-23)."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from kartu.planner.recurrence import Start, occurrences, parse

pytestmark = pytest.mark.no_database

ZONES = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Jakarta", "Asia/Kathmandu", "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]  # fmt: skip
JUMPING = ZONES[:3]


def between(text: str, zone: str, first: date, last: date, at: time | None = time(10)) -> list:
    there = ZoneInfo(zone)
    after = datetime.combine(first, time.min, tzinfo=there).astimezone(UTC) - timedelta(seconds=1)
    until = datetime.combine(last + timedelta(days=1), time.min, tzinfo=there).astimezone(UTC) - timedelta(seconds=1)
    return list(occurrences(parse(text), Start(first, at, there), after=after, until=until))


def test_half_past_two_comes_at_half_past_three_when_clocks_go_forward():
    found = between("FREQ=DAILY", "Europe/Berlin", date(2026, 3, 28), date(2026, 3, 30), time(2, 30))

    assert [f"{one.moment:%d %H:%M}" for one in found] == ["28 02:30", "29 03:30", "30 02:30"]
    assert found[1].slot == "2026-03-29T02:30"


def test_half_past_two_comes_once_when_clocks_go_back():
    found = between("FREQ=DAILY", "Europe/Berlin", date(2026, 10, 24), date(2026, 10, 26), time(2, 30))

    assert [one.moment.astimezone(UTC).hour for one in found] == [0, 0, 1]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", [time(0), time(1, 30), time(2), time(2, 30), time(23, 59), None])
def test_a_daily_duty_comes_once_on_each_day_of_thirteen_years(zone, at):
    found = between("FREQ=DAILY", zone, date(2024, 1, 1), date(2036, 12, 31), at)

    days = (date(2037, 1, 1) - date(2024, 1, 1)).days
    assert len(found) == len({one.slot for one in found}) == len({one.moment.date() for one in found}) == days
    assert all(before.moment.astimezone(UTC) < later.moment.astimezone(UTC) for before, later in pairwise(found))


@pytest.mark.parametrize("zone", ZONES)
def test_each_quarter_of_an_hour_of_a_year_comes_exactly_once(zone):
    """All quarters that there are in UTC but those that the clock shows for the second time: fold."""
    hours = ",".join(map(str, range(24)))
    found = between(f"FREQ=DAILY;BYHOUR={hours};BYMINUTE=0,15,30,45", zone, date(2026, 1, 1), date(2026, 12, 31))

    there, quarter = ZoneInfo(zone), timedelta(minutes=15)
    moment = datetime(2026, 1, 1, tzinfo=there).astimezone(UTC)
    expected = []
    while moment < datetime(2027, 1, 1, tzinfo=there).astimezone(UTC):
        expected += [] if moment.astimezone(there).fold else [moment]
        moment += quarter
    assert [one.moment.astimezone(UTC) for one in found] == expected
    assert len({one.slot for one in found}) == len(found)


@pytest.mark.parametrize("zone", JUMPING)
def test_the_wall_clock_stays_when_clocks_are_changed(zone):
    found = between("FREQ=WEEKLY", zone, date(2026, 1, 5), date(2026, 12, 31))
    assert {one.moment.time() for one in found} == {time(10)}
    assert len({one.moment.utcoffset() for one in found}) == 2


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_days_are_those_of_the_zone(zone):
    found = between("FREQ=MONTHLY;BYMONTHDAY=31", zone, date(2026, 1, 1), date(2026, 12, 31), time(23, 30))
    assert [one.moment.day for one in found] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
