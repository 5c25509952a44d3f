"""What is read, what is refused and by which part, and what other programs write."""

import time as clock
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from kartu.planner.recurrence import RuleError, Start, check, first_ones, from_ics, parse, to_text

pytestmark = pytest.mark.no_database

BERLIN = ZoneInfo("Europe/Berlin")
START = Start(date(2026, 1, 1), time(10), BERLIN)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "RRULE"),
        ("FREQ=SECONDLY", "FREQ"),
        ("FREQ=MINUTELY;INTERVAL=5", "FREQ"),
        ("FREQ=HOURLY", "FREQ"),
        ("INTERVAL=2", "FREQ"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("FREQ=YEARLY;INTERVAL=1000", "INTERVAL"),
        ("FREQ=DAILY;COUNT=999999", "COUNT"),
        ("FREQ=DAILY;COUNT=0", "COUNT"),
        ("FREQ=DAILY;COUNT=ten", "COUNT"),
        ("FREQ=DAILY;COUNT=" + "9" * 5000, "COUNT"),
        ("FREQ=DAILY;COUNT=٣", "COUNT"),
        ("FREQ=DAILY;UNTIL=20261332", "UNTIL"),
        ("FREQ=DAILY;UNTIL=20261231T100000Z", "UNTIL"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=2MO", "BYDAY"),
        ("FREQ=MONTHLY;BYDAY=0MO", "BYDAY"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH"),
        ("FREQ=MONTHLY;BYWEEKNO=3", "BYWEEKNO"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1;BYHOUR=9,10", "BYSETPOS"),
        ("FREQ=DAILY;BYHOUR=24", "BYHOUR"),
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=60", "BYMINUTE"),
        ("FREQ=DAILY;BYMINUTE=30", "BYMINUTE"),
        ("FREQ=DAILY;BYHOUR=9;BYSECOND=5", "BYSECOND"),
        ("FREQ=YEARLY;BYYEARDAY=100", "BYYEARDAY"),
        ("FREQ=YEARLY;BYEASTER=0", "BYEASTER"),
        ("RSCALE=HEBREW;FREQ=YEARLY", "RSCALE"),
        ("FREQ=DAILY;FREQ=DAILY", "FREQ"),
        ("FREQ", "FREQ"),
        ("FREQ=DAILY;WKST=XX", "WKST"),
        ("FREQ=MONTHLY;X-WORKDAY=0", "X-WORKDAY"),
        ("FREQ=MONTHLY;X-WORKDAY=24", "X-WORKDAY"),
        ("FREQ=MONTHLY;X-WORKDAY=1;BYDAY=MO", "X-WORKDAY"),
        ("FREQ=DAILY;X-WORKDAY=1", "X-WORKDAY"),
        ("FREQ=DAILY;X-BEFORE=3", "X-BEFORE"),
        ("X-FIELD=birthday;X-BEFORE=9999", "X-BEFORE"),
        ("FREQ=DAILY;X-FIELD=birthday", "X-FIELD"),
        ("X-FIELD=__class__", "X-FIELD"),
        ("FREQ=WEEKLY;BYDAY=MO;X-AFTER=DONE", "X-AFTER"),
        ("FREQ=WEEKLY;X-IN=WORKDAYS", "X-IN"),
        ("FREQ=WEEKLY;X-HOLIDAY=PARTY", "X-HOLIDAY"),
        ("FREQ=WEEKLY;SKIP=FORWARD", "SKIP"),
        ("FREQ=WEEKLY;FOO=1", "FOO"),
        ("RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY", "RRULE"),
        ("RRULE:FREQ=DAILY\nEXDATE:tomorrow", "EXDATE"),
        ("RRULE:FREQ=DAILY\nRDATE:20260101T090000/PT1H", "RDATE"),
        ("RRULE:FREQ=DAILY\nX-PAUSE:20260801/20260701", "X-PAUSE"),
        ("RRULE:FREQ=DAILY\nDTSTART:20260101", "DTSTART"),
        ("FREQ=DAILY;" * 9000, "RRULE"),
        ("RRULE:FREQ=DAILY\nEXDATE:" + ",".join(f"{2000 + n // 12}{n % 12 + 1:02}01" for n in range(1100)), "EXDATE"),
    ],
)
def test_nonsense_is_refused_by_its_part(text, part):
    with pytest.raises(RuleError) as refused:
        parse(text)
    assert refused.value.part == part
    assert refused.value.message


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;SKIP=OMIT", "BYMONTHDAY"),
        ("FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;BYDAY=MO", "BYWEEKNO"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6", "BYSETPOS"),
        ("FREQ=WEEKLY;X-WORKDAY=7", "X-WORKDAY"),
        ("FREQ=WEEKLY;BYDAY=SU;X-HOLIDAY=SKIP", "X-HOLIDAY"),
        ("FREQ=DAILY;UNTIL=20251231", "UNTIL"),
        ("RRULE:FREQ=DAILY\nX-PAUSE:20250101/", "X-PAUSE"),
        ("RRULE:FREQ=DAILY;COUNT=1\nEXDATE:20260101", "EXDATE"),
    ],
)
def test_what_never_comes_is_refused_soon(text, part):
    began = clock.monotonic()

    with pytest.raises(RuleError) as refused:
        check(parse(text), START)

    assert refused.value.part == part
    assert clock.monotonic() - began < 5


def test_a_beginning_in_another_age_is_refused():
    with pytest.raises(RuleError) as refused:
        check(parse("FREQ=DAILY"), Start(date(1, 1, 1), time(10), BERLIN))
    assert refused.value.part == "DTSTART"


def test_what_comes_passes():
    check(parse("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;SKIP=OMIT"), START)
    check(parse("X-FIELD=contract_end;X-BEFORE=30"), START)


def test_the_far_end_of_time_is_no_error():
    assert first_ones(parse("FREQ=DAILY"), Start(date(8999, 12, 30), None, BERLIN), 5)


def test_written_down_it_is_short_and_standard():
    rule = parse("freq=weekly;wkst=MO;byday=FR,MO;interval=1;until=20261231")
    assert to_text(rule) == "RRULE:FREQ=WEEKLY;BYDAY=MO,FR;UNTIL=20261231"


def days(text: str, on: date, at: time | None = time(10), number: int = 9) -> list[str]:
    found = first_ones(from_ics(text, on, at, BERLIN), Start(on, at, BERLIN), number)
    return [one.slot for one in found]


def test_the_end_of_another_program_is_a_moment_in_utc():
    assert days("RRULE:FREQ=DAILY;UNTIL=20260103T090000Z", date(2026, 1, 1))[-1] == "2026-01-03T10:00"
    assert days("RRULE:FREQ=DAILY;UNTIL=20260103T085900Z", date(2026, 1, 1))[-1] == "2026-01-02T10:00"
    assert days("RRULE:FREQ=DAILY;UNTIL=20260103", date(2026, 1, 1))[-1] == "2026-01-03T10:00"


def test_exceptions_of_another_program_are_told_in_any_zone():
    text = (
        "RRULE:FREQ=DAILY;COUNT=5\r\nEXDATE;TZID=Europe/Berlin:20260101T100000\r\nEXDATE:20260102T090000Z\r\n"
        "EXDATE;TZID=Asia/Jakarta:20260103T160000\r\nEXDATE;VALUE=DATE:20260104"
    )
    assert days(text, date(2026, 1, 1)) == ["2026-01-05T10:00"]


def test_a_short_month_of_another_program_stays_without():
    assert days("RRULE:FREQ=MONTHLY;COUNT=3", date(2026, 1, 31)) == [
        "2026-01-31T10:00",
        "2026-03-31T10:00",
        "2026-05-31T10:00",
    ]
    assert not from_ics("RRULE:FREQ=MONTHLY;BYDAY=-1FR", date(2026, 1, 30), None, BERLIN).omits
