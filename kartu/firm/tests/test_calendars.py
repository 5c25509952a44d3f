"""Production calendars: what was announced, what goes by rule, and what the firm says itself."""

from datetime import date

import pytest

from kartu.core.actors import System
from kartu.firm.actions import hours as actions
from kartu.firm.calendars import easter, known_until, special_day, specials
from kartu.firm.models import DayKind, Firm
from kartu.firm.working import Book, HolidayRule, Off, days_between, last_working_day, shifted

US = System("a test")
# Working days and hours of a 40-hour week, as the calendar of the Ministry of Labour has them.
RUSSIA = {2024: (248, 1979), 2025: (247, 1972), 2026: (247, 1972), 2027: (247, 1972)}


@pytest.fixture
def russia(db) -> Firm:
    return Firm.objects.create(pk=1, name="Тирта", country="RU", currency="RUB", time_zone="Europe/Samara")


@pytest.mark.parametrize("year", RUSSIA)
def test_a_year_in_russia_has_the_days_and_hours_that_were_announced(russia, year):
    book = Book.of([None], date(year, 1, 1), date(year, 12, 31))
    days = [book.hours(None, day) for day in days_between(date(year, 1, 1), date(year, 12, 31))]

    worked = [day for day in days if not day.off]

    assert (len(worked), sum(day.minutes for day in worked) / 60) == RUSSIA[year]


def test_days_that_nobody_has_announced_go_by_the_code():
    later = {day: special for day, special in specials("RU", 2032).items() if day.weekday() < 5}

    off = {day for day, special in later.items() if special.kind == DayKind.OFF}
    assert off == {
        *(date(2032, 1, day) for day in (1, 2, 5, 6, 7, 8)),
        date(2032, 2, 23), date(2032, 3, 8), date(2032, 5, 3), date(2032, 5, 10), date(2032, 6, 14),
        date(2032, 11, 4),
    }  # fmt: skip
    assert {day for day, special in later.items() if special.kind == DayKind.SHORT} == {
        date(2032, 4, 30), date(2032, 6, 11), date(2032, 11, 3), date(2032, 12, 31),
    }  # fmt: skip
    assert {day for day in off if later[day].is_expected} == {date(2032, 5, 3), date(2032, 5, 10), date(2032, 6, 14)}
    assert known_until("RU") == 2027


def test_indonesia_has_its_announced_days_and_those_that_go_by_easter():
    joint = [day for day, special in specials("ID", 2025).items() if str(special.name) == "Joint leave"]

    assert len(joint) == 11
    assert str(special_day("ID", date(2026, 3, 21)).name) == "Eid al-Fitr"
    assert str(special_day("ID", date(2027, 3, 26)).name) == "Good Friday"
    assert special_day("ID", date(2027, 5, 6)).kind == DayKind.OFF
    days = specials("ID", 2027)
    assert len([special for special in days.values() if str(special.name) == "Joint leave"]) == 8
    assert len(days) == 26
    assert {day for day, special in days.items() if special.is_expected} == {
        date(2027, 3, 10), date(2027, 3, 11), date(2027, 5, 17),
    }  # fmt: skip
    assert [easter(year) for year in (2024, 2025, 2026, 2027, 2038)] == [
        date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25),
    ]  # fmt: skip


def test_a_country_without_a_calendar_has_no_holidays_of_ours():
    assert specials("GB", 2026) == {}
    assert specials("", 2026) == {}
    assert specials("../ID", 2026) == {}
    assert known_until("GB") is None


def test_a_moved_saturday_is_worked_like_a_monday_an_hour_less(russia):
    day = Book.of([None], date(2024, 11, 2), date(2024, 11, 2)).hours(None, date(2024, 11, 2))

    assert (day.minutes, day.off) == (7 * 60, "")


def test_the_firm_says_itself_what_a_day_is(russia):
    actions.set_calendar_day(day=date(2026, 5, 1), kind=DayKind.PLAIN, by=US)
    actions.set_calendar_day(day=date(2026, 7, 8), kind=DayKind.OFF, name="Birthday of the firm", by=US)
    row = actions.set_calendar_day(day=date(2026, 7, 11), kind=DayKind.WORKING, by=US)

    book = Book.of([None], date(2026, 1, 1), date(2026, 12, 31))
    days = {day: book.hours(None, date(2026, *day)) for day in ((5, 1), (7, 8), (7, 11))}
    assert (days[5, 1].off, days[7, 8].off, days[7, 8].why) == ("", Off.HOLIDAY, "Birthday of the firm")
    assert days[7, 11].minutes == 480

    actions.remove_calendar_day(row=row, by=US)
    assert Book.of([None], date(2026, 1, 1), date(2026, 1, 1)).hours(None, date(2026, 7, 11)).off == Off.WEEKEND


def test_a_day_moves_as_its_rule_says(russia):
    holiday = date(2026, 5, 9)

    assert shifted(holiday, None, HolidayRule.KEEP) == holiday
    assert shifted(holiday, None, HolidayRule.NEXT) == date(2026, 5, 12)
    assert shifted(holiday, None, HolidayRule.PREVIOUS) == date(2026, 5, 8)
    assert shifted(holiday, None, HolidayRule.SKIP) is None
    assert shifted(date(2026, 5, 8), None, HolidayRule.SKIP) == date(2026, 5, 8)


def test_the_last_working_day_of_a_month(russia):
    assert last_working_day(2025, 12, None) == date(2025, 12, 30)
    assert last_working_day(2026, 5, None) == date(2026, 5, 29)
    assert last_working_day(2024, 4, None) == date(2024, 4, 27)
