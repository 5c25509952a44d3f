"""Which days a rule gives: shorter months, working days, holidays, a client's dates, ends and pauses."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from kartu.planner.recurrence import Start, first_ones, following, next_after, parse
from kartu.planner.recurrence.days import end_of_month

pytestmark = pytest.mark.no_database

JAKARTA = ZoneInfo("Asia/Jakarta")
HOLIDAYS = {date(2026, 12, 25), date(2026, 12, 31), date(2027, 1, 1)}


def is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def days(text: str, on: date, number: int, *, at: time | None = time(10), **known) -> list[str]:
    found = first_ones(parse(text), Start(on, at, JAKARTA), number, is_working_day=is_working, **known)
    return [f"{one.day:%y-%m-%d}" for one in found]


def test_the_last_working_day_is_before_a_weekend_and_a_holiday():
    assert days("FREQ=MONTHLY;X-WORKDAY=-1", date(2026, 10, 1), 4) == ["26-10-30", "26-11-30", "26-12-30", "27-01-29"]


def test_the_third_working_day_counts_no_holiday():
    assert days("FREQ=MONTHLY;X-WORKDAY=3", date(2026, 12, 1), 3) == ["26-12-03", "27-01-06", "27-02-03"]


def test_the_first_working_day_of_the_week_and_the_last_of_the_year():
    assert days("FREQ=WEEKLY;X-WORKDAY=1", date(2026, 12, 21), 3) == ["26-12-21", "26-12-28", "27-01-04"]
    assert days("FREQ=YEARLY;X-WORKDAY=-1", date(2026, 12, 1), 2) == ["26-12-30", "27-12-31"]


def test_a_new_holiday_moves_a_working_day_but_not_its_name():
    rule, start = parse("FREQ=MONTHLY;X-WORKDAY=-1"), Start(date(2026, 12, 1), time(10), JAKARTA)

    before = first_ones(rule, start, 1)[0]
    after = first_ones(rule, start, 1, is_working_day=is_working)[0]

    assert (before.day, after.day) == (date(2026, 12, 31), date(2026, 12, 30))
    assert before.slot == after.slot == "2026-12-31T10:00"


@pytest.mark.parametrize("end", [29, 30, 31])
def test_from_any_day_of_thirteen_years_the_day_of_the_month_comes_each_month(end):
    """F-24: the 29th, 30th and 31st are the last day of a month that has none."""
    day = date(2024, 1, 1)
    while day.year < 2037:
        if day.day in (end, 1, 28):
            found = first_ones(parse("FREQ=MONTHLY"), Start(day, None, JAKARTA), 14)
            assert [one.day.day for one in found] == [min(day.day, end_of_month(one.day).day) for one in found]
            assert all(later.month == before.month % 12 + 1 for before, later in pairwise(one.day for one in found))
        day += timedelta(days=1)


def test_from_any_day_of_thirteen_years_the_day_comes_each_year():
    """F-24: 29 February is the 28th in other years."""
    day = date(2024, 1, 1)
    while day.year < 2037:
        found = [one.day for one in first_ones(parse("FREQ=YEARLY"), Start(day, None, JAKARTA), 5)]
        assert [one.year for one in found] == [day.year + years for years in range(5)]
        assert {(one.month, one.day) for one in found} <= {(day.month, day.day), (2, 28)}
        assert found[0] == day
        day += timedelta(days=1 if day.day in (27, 28, 29) else 9)


def test_what_another_program_skips_is_skipped():
    assert days("FREQ=MONTHLY;BYMONTHDAY=31;SKIP=OMIT", date(2026, 1, 1), 3) == ["26-01-31", "26-03-31", "26-05-31"]
    assert days("FREQ=MONTHLY;BYMONTHDAY=15,31", date(2026, 2, 1), 4) == [
        "26-02-15",
        "26-02-28",
        "26-03-15",
        "26-03-31",
    ]


def test_two_late_days_of_one_short_month_are_one():
    assert days("FREQ=MONTHLY;BYMONTHDAY=30,31", date(2026, 2, 1), 3) == ["26-02-28", "26-03-30", "26-03-31"]


def test_week_53_comes_in_the_years_that_have_it():
    assert days("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", date(2024, 1, 1), 3) == ["26-12-28", "32-12-27", "37-12-28"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("KEEP", ["26-12-24", "26-12-25", "26-12-26", "26-12-27", "26-12-28", "26-12-29"]),
        ("NEXT", ["26-12-24", "26-12-28", "26-12-29", "26-12-30", "27-01-04", "27-01-05"]),
        ("PREVIOUS", ["26-12-24", "26-12-28", "26-12-29", "26-12-30", "27-01-04", "27-01-05"]),
        ("SKIP", ["26-12-24", "26-12-28", "26-12-29", "26-12-30", "27-01-04", "27-01-05"]),
    ],
)
def test_each_day_with_holidays_never_comes_twice_on_a_day(rule, expected):
    assert days(f"FREQ=DAILY;X-HOLIDAY={rule}", date(2026, 12, 24), 6) == expected


def test_a_holiday_moves_to_the_working_day_after_or_before():
    assert days("FREQ=YEARLY;X-HOLIDAY=NEXT", date(2026, 12, 25), 1) == ["26-12-28"]
    assert days("FREQ=YEARLY;X-HOLIDAY=PREVIOUS", date(2026, 12, 25), 1) == ["26-12-24"]
    moved = first_ones(
        parse("FREQ=YEARLY;X-HOLIDAY=NEXT"), Start(date(2026, 12, 25), time(10), JAKARTA), 1, is_working_day=is_working
    )[0]
    assert moved.is_moved and moved.slot == "2026-12-25T10:00"


def test_a_firm_that_never_works_loses_nothing():
    found = first_ones(
        parse("FREQ=DAILY;X-HOLIDAY=NEXT"), Start(date(2026, 1, 1), None, JAKARTA), 3, is_working_day=lambda _day: False
    )
    assert [one.day.day for one in found] == [1, 2, 3]


def test_days_before_a_date_of_the_client():
    end = date(2026, 12, 31)
    assert days("X-FIELD=contract_end;X-BEFORE=30", date(2026, 1, 1), 5, field_date=end) == ["26-12-01"]
    assert days("X-FIELD=contract_end;X-BEFORE=3;X-IN=WORKDAYS", date(2026, 1, 1), 5, field_date=end) == ["26-12-28"]
    assert days("X-FIELD=contract_end;X-BEFORE=-2", date(2026, 1, 1), 5, field_date=end) == ["27-01-02"]
    assert days("X-FIELD=contract_end;X-BEFORE=30", date(2026, 1, 1), 5, field_date=None) == []


def test_a_birthday_of_29_february_comes_every_year():
    found = days("FREQ=YEARLY;X-FIELD=birthday;X-BEFORE=1", date(2026, 1, 1), 3, field_date=date(1992, 2, 29))
    assert found == ["26-02-27", "27-02-27", "28-02-28"]


def test_a_prolonged_contract_is_a_new_duty():
    rule, start = parse("X-FIELD=contract_end;X-BEFORE=30"), Start(date(2026, 1, 1), time(9), JAKARTA)

    slots = {first_ones(rule, start, 1, field_date=end)[0].slot for end in (date(2026, 6, 30), date(2027, 6, 30))}

    assert slots == {"2026-06-30T09:00", "2027-06-30T09:00"}


def test_it_ends_after_so_many_or_on_a_day():
    assert days("FREQ=DAILY;COUNT=3", date(2026, 6, 1), 9) == ["26-06-01", "26-06-02", "26-06-03"]
    assert days("FREQ=DAILY;UNTIL=20260602", date(2026, 6, 1), 9) == ["26-06-01", "26-06-02"]


def test_what_is_left_out_counts_and_what_is_added_does_not():
    text = "RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260602T100000\nRDATE:20260620T080000"
    assert days(text, date(2026, 6, 1), 9) == ["26-06-01", "26-06-03", "26-06-20"]


def test_a_pause_takes_out_its_days_and_going_on_begins_at_the_day():
    rule, start = parse("FREQ=WEEKLY").paused(date(2026, 6, 8)), Start(date(2026, 6, 1), time(10), JAKARTA)
    assert len(first_ones(rule, start, 5)) == 1

    rule = rule.resumed(date(2026, 6, 22))

    assert [one.day.day for one in first_ones(rule, start, 3)] == [1, 22, 29]


def test_ended_and_without_say_what_they_are():
    rule, start = parse("FREQ=DAILY;COUNT=30").without(["2026-06-02T10:00"]), Start(date(2026, 6, 1), time(10), JAKARTA)

    found = first_ones(rule.ended(date(2026, 6, 4)), start, 9)

    assert [one.day.day for one in found] == [1, 3, 4]
    assert [one.day.day for one in first_ones(rule.with_back(["2026-06-02T10:00"]), start, 2)] == [1, 2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=3;X-AFTER=DONE", "26-12-26"),
        ("FREQ=DAILY;INTERVAL=3;X-AFTER=DONE;X-IN=WORKDAYS", "26-12-29"),
        ("FREQ=DAILY;INTERVAL=3;X-AFTER=DONE;X-HOLIDAY=NEXT", "26-12-28"),
        ("FREQ=WEEKLY;INTERVAL=2;X-AFTER=DONE", "27-01-06"),
        ("FREQ=MONTHLY;X-AFTER=DONE", "27-01-23"),
        ("FREQ=YEARLY;X-AFTER=DONE", "27-12-23"),
    ],
)
def test_after_completion_counts_from_the_day_it_was_done(text, expected):
    """Done at 18:00 UTC on the 22nd, that is on the 23rd in Jakarta."""
    done_at = datetime(2026, 12, 22, 18, tzinfo=ZoneInfo("UTC"))

    found = following(
        parse(text), Start(date(2026, 1, 1), time(10), JAKARTA), done_at=done_at, number=5, is_working_day=is_working
    )

    assert f"{found.day:%y-%m-%d}" == expected
    assert found.slot == "#5"


def test_after_completion_ends_and_pauses_too():
    start, done_at = Start(date(2026, 1, 1), time(10), JAKARTA), datetime(2026, 6, 1, 9, tzinfo=JAKARTA)
    rule = parse("FREQ=DAILY;INTERVAL=3;X-AFTER=DONE;COUNT=4")

    assert following(rule, start, done_at=done_at, number=5) is None
    assert following(rule.ended(date(2026, 6, 3)), start, done_at=done_at, number=2) is None
    assert following(rule.paused(date(2026, 6, 1)), start, done_at=done_at, number=2) is None
    assert following(rule.paused(date(2026, 6, 1), date(2026, 6, 9)), start, done_at=done_at, number=2).day.day == 10


def test_the_next_one_after_a_moment():
    rule, start = parse("FREQ=WEEKLY;BYDAY=MO,FR"), Start(date(2026, 6, 1), time(10), JAKARTA)

    assert next_after(rule, start, datetime(2026, 6, 1, 10, tzinfo=JAKARTA)).slot == "2026-06-05T10:00"
    assert next_after(rule, start, datetime(2026, 6, 1, 9, 59, tzinfo=JAKARTA)).slot == "2026-06-01T10:00"
    assert next_after(rule.ended(date(2026, 6, 5)), start, datetime(2026, 6, 5, 10, tzinfo=JAKARTA)) is None
