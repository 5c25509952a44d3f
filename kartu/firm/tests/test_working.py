"""When people work: hours over changes of the clock, shifts, absences, and how little is asked for it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kartu.core.actors import System
from kartu.firm.absences import days_of, set_days, when
from kartu.firm.actions.absences import set_absence
from kartu.firm.actions.beyond import name_deputy
from kartu.firm.actions.hours import keep_working_time
from kartu.firm.clock import borders, local, moment
from kartu.firm.models import Absence, CalendarDay, Firm, Team, User, WorkingTime
from kartu.firm.people_for_tests import make_person
from kartu.firm.working import (
    Book,
    Deputies,
    NoWorkingTime,
    Off,
    absent_at,
    add_working_minutes,
    days_between,
    deputies_at,
    hours_of,
    is_working,
    is_working_day,
    total,
    working_minutes,
)

US = System("a test")
NINE_TO_SIX = [[540, 780], [840, 1080]]
WEEK = [NINE_TO_SIX] * 5 + [[], []]
NIGHT = [[[22 * 60, 30 * 60]]]
# Clocks put forward and back in the north and in the south, at midnight, by half an hour; and the ends of the world.
ZONES = (
    "Europe/Berlin", "America/New_York", "Africa/Cairo", "America/Santiago", "Australia/Lord_Howe", "Asia/Beirut",
    "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Asia/Jakarta",
)  # fmt: skip
DAYS = st.dates(date(2024, 1, 1), date(2036, 12, 31))


def book(zone: str, *times: WorkingTime, away: tuple[Absence, ...] = ()) -> tuple[Book, User]:
    person = User(pk=7, name="Sari", time_zone=zone)
    for number, time in enumerate(times):
        time.pk, time.person_id = number + 1, 7
    return Book(firm=Firm(country="", time_zone=zone), times=times, days=(), away=away), person


def week(days=WEEK, **said) -> WorkingTime:
    return WorkingTime(from_day=date(2000, 1, 1), days=days, **said)


@given(st.sampled_from(ZONES), DAYS)
def test_days_follow_each_other_without_a_gap(zone, day):
    zone = ZoneInfo(zone)
    start, end = borders(zone, day)

    assert borders(zone, day + timedelta(1))[0] == end
    assert timedelta(hours=22) < end - start < timedelta(hours=26)
    assert local(zone, start).date() == day
    assert local(zone, start - timedelta(seconds=1)).date() < day


@given(st.sampled_from(ZONES), DAYS, st.integers(0, 1439), st.integers(1, 1440))
def test_a_span_begins_and_ends_as_the_clock_shows(zone, day, start, length):
    person_book, person = book(zone, week([[[start, start + length]]] * 7))

    spans = person_book.hours(person, day).spans

    zone = ZoneInfo(zone)
    midnight = datetime.combine(day, datetime.min.time())
    for begins, ends in spans:
        assert local(zone, begins) >= midnight + timedelta(minutes=start)
        assert local(zone, ends) >= midnight + timedelta(minutes=start + length)
        assert begins < ends
        # As long as on any day, but for what the clock is put forward or back meanwhile.
        turned = ends.astimezone(zone).utcoffset() - begins.astimezone(zone).utcoffset()
        assert abs((ends - begins) - timedelta(minutes=length) + turned) <= timedelta(hours=1)


@given(st.sampled_from(ZONES), DAYS, st.integers(0, 4000), st.integers(1, 2000))
@settings(max_examples=60)
def test_minutes_added_are_the_minutes_between(zone, day, minute, more):
    person_book, person = book(zone, week())
    start = moment(UTC, day, minute)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Book, "of", classmethod(lambda cls, *arguments: person_book))

        end = add_working_minutes(person, start, more)

        assert working_minutes(person, start, end) == more
        assert add_working_minutes(person, end, -more) >= start
        assert working_minutes(person, add_working_minutes(person, end, -more), end) == more


@given(st.sampled_from(ZONES), DAYS)
@settings(max_examples=60)
def test_a_moment_is_working_time_just_where_the_hours_of_some_day_hold_it(zone, day):
    person_book, person = book(zone, WorkingTime(from_day=date(2000, 1, 1), cycle_from=date(2024, 1, 1), days=NIGHT))
    spans = [span for near in (-1, 0, 1) for span in person_book.hours(person, day + timedelta(near)).spans]

    for hour in range(0, 24 * 60, 97):
        at = moment(ZoneInfo(zone), day, hour)
        assert person_book.is_working(person, at) == any(start <= at < end for start, end in spans)


def test_the_night_of_the_changed_clock_is_longer_or_shorter():
    shift, person = book("Europe/Berlin", week(NIGHT * 7))

    assert total(shift.hours(person, date(2026, 3, 28)).spans) == 7 * 60
    assert total(shift.hours(person, date(2026, 10, 24)).spans) == 9 * 60
    assert total(shift.hours(person, date(2026, 6, 1)).spans) == 8 * 60


def test_a_time_that_the_clock_leaves_out_is_the_moment_of_its_jump():
    berlin, cairo = ZoneInfo("Europe/Berlin"), ZoneInfo("Africa/Cairo")

    assert moment(berlin, date(2026, 3, 29), 150) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert moment(cairo, date(2026, 4, 24)) == datetime(2026, 4, 23, 22, tzinfo=UTC)
    assert moment(ZoneInfo("Pacific/Kiritimati"), date(2026, 1, 1)) == datetime(2025, 12, 31, 10, tzinfo=UTC)
    assert moment(ZoneInfo("Pacific/Pago_Pago"), date(2026, 1, 1)) == datetime(2026, 1, 1, 11, tzinfo=UTC)
    assert moment(ZoneInfo("Asia/Kathmandu"), date(2026, 1, 1)) == datetime(2025, 12, 31, 18, 15, tzinfo=UTC)


def test_shifts_go_by_their_cycle_through_holidays(firm, seller):
    two_by_two = [[[480, 1200]], [[480, 1200]], [], []]
    time = WorkingTime(
        person=seller, from_day=date(2026, 1, 1), cycle_from=date(2026, 1, 1), days=two_by_two, observes_holidays=False
    )
    keep_working_time(time=time, by=US)

    days = hours_of([seller], date(2025, 12, 30), date(2026, 1, 8))[seller.pk]

    # Until the shifts begin, the usual week; New Year is worked.
    assert [day.off for day in days] == ["", "", "", "", Off.WEEKEND, Off.WEEKEND, "", "", Off.WEEKEND, Off.WEEKEND]
    assert days[2].minutes == 12 * 60


def test_a_persons_time_goes_before_the_teams_and_that_before_the_firms(firm, seller, head, team):
    def keep(days: list, **whose) -> None:
        keep_working_time(time=WorkingTime(days=days, from_day=date(2026, 6, 1), **whose), by=US)

    keep([[[600, 660]]] * 7)
    keep([[[600, 720]]] * 7, team=team)
    keep([[[600, 780]]] * 7, person=seller, until_day=date(2026, 6, 2))
    other = make_person("Other", "seller")

    told = hours_of([seller, head, other], date(2026, 6, 2), date(2026, 6, 3))

    assert [day.minutes for day in told[seller.pk]] == [180, 120]
    assert [day.minutes for day in told[head.pk]] == [120, 120]
    assert [day.minutes for day in told[other.pk]] == [60, 60]
    assert hours_of([other], date(2026, 5, 29), date(2026, 5, 29))[other.pk][0].minutes == 480


def test_an_absence_takes_its_hours_away_and_says_why(firm, seller):
    seller.time_zone = "Asia/Kathmandu"
    seller.save()
    away = set_days(Absence(person=seller, kind="sick"), date(2026, 6, 2), date(2026, 6, 3))
    set_absence(absence=away, by=US)
    noon = moment(ZoneInfo("Asia/Kathmandu"), date(2026, 6, 5), 12 * 60)
    part = Absence(person=seller, kind="other", whole_days=False, from_at=noon, until_at=noon + timedelta(hours=3))
    set_absence(absence=part, by=US)

    days = hours_of([seller], date(2026, 6, 2), date(2026, 6, 6))[seller.pk]

    assert [(day.off, day.minutes) for day in days] == [
        (Off.ABSENCE, 0), (Off.ABSENCE, 0), ("", 480), ("", 360), (Off.WEEKEND, 0),
    ]  # fmt: skip
    assert (days[0].why, days[0].absence, days[3].absence) == ("Sick", away, part)
    assert days_of(away) == (date(2026, 6, 2), date(2026, 6, 3))
    assert not is_working(seller, noon)
    assert is_working(seller, noon - timedelta(minutes=1))
    assert not is_working_day(seller, date(2026, 6, 2))
    assert is_working_day(seller, date(2026, 6, 2), with_absences=False)
    assert absent_at([seller], noon) == {seller.pk: part}


def test_an_absence_told_by_days_says_just_them(seller):
    away = set_days(Absence(person=seller), date(2026, 6, 2), date(2026, 6, 2))

    assert when(away) == "06/02/2026"


def test_whoever_works_on_no_day_is_told_so(firm, seller):
    CalendarDay.objects.bulk_create(CalendarDay(day=day) for day in days_between(date(2026, 6, 1), date(2029, 6, 1)))

    with pytest.raises(NoWorkingTime):
        add_working_minutes(seller, datetime(2026, 6, 1, tzinfo=UTC), 5)


def test_deputies_of_absent_deputies_are_found_and_a_ring_ends(firm, seller, head, stranger, owner):
    now = datetime.now(UTC)
    times = {"from_at": now - timedelta(hours=1), "until_at": now + timedelta(days=2)}

    def away(person: User, *deputies: User) -> None:
        set_absence(absence=Absence(person=person, whole_days=False, **times), deputies=deputies, by=US)

    away(seller, head, stranger)
    away(head, owner)
    assert deputies_at(seller) == [stranger, owner]
    away(stranger, seller, head)
    assert deputies_at(seller) == [owner]
    name_deputy(absent=owner, deputy=seller, by=US, **times)
    away(owner)
    assert deputies_at(seller) == []
    assert deputies_at(seller, now + timedelta(days=3)) == []


def test_however_many_people_and_days_the_queries_are_a_handful(firm, django_assert_num_queries):
    teams = [Team.objects.create(name=f"Team {number}") for number in range(3)]
    people = [make_person(f"P{number}", "seller", teams[number % 3]) for number in range(12)]
    for person in people:
        keep_working_time(time=WorkingTime(person=person, from_day=date(2026, 1, 1), days=WEEK), by=US)
        set_absence(absence=set_days(Absence(person=person), date(2026, 3, 1), date(2026, 3, 9)), by=US)

    with django_assert_num_queries(4):
        told = hours_of(people, date(2026, 1, 1), date(2026, 12, 31))
    with django_assert_num_queries(4):
        add_working_minutes(people[0], datetime(2026, 1, 1, tzinfo=UTC), 60_000)
    with django_assert_num_queries(2):
        stand_ins = Deputies()
        assert [stand_ins.of(person) for person in people] == [[]] * 12

    assert len(told[people[0].pk]) == 365
