"""When somebody works, asked by queries that are put together once."""

from datetime import UTC, date, datetime

import pytest

from kartu.firm.models import Absence, CalendarDay, WorkingTime
from kartu.firm.working import Book, days_between
from kartu.planner.books import book_of

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 11, 23), date(2026, 12, 6)


def hours(book: Book, person) -> list:
    return [book.hours(person, day) for day in days_between(FIRST, LAST)]


def test_it_says_what_the_book_of_many_says(seller, colleague):
    usual = hours(book_of(seller, FIRST, LAST), seller)
    WorkingTime.objects.create(person=seller, from_day=FIRST, days=[[[600, 700]]] * 7)
    WorkingTime.objects.create(team=seller.team, from_day=FIRST, days=[[[660, 720]]] * 7)
    CalendarDay.objects.create(day=date(2026, 11, 24), kind="off", name="Founders' day")
    start, end = datetime(2026, 11, 25, 12, tzinfo=UTC), datetime(2026, 11, 27, tzinfo=UTC)
    Absence.objects.create(person=seller, kind=Absence.Kind.SICK, from_at=start, until_at=end)

    for person in (seller, colleague):
        own = hours(book_of(person, FIRST, LAST), person)
        assert own == hours(Book.of([person], FIRST, LAST), person)
        assert own != usual


def test_somebody_without_a_team_has_the_time_of_the_firm(seller):
    WorkingTime.objects.create(team=seller.team, from_day=FIRST, days=[[[660, 720]]] * 7)
    seller.team = None

    assert hours(book_of(seller, FIRST, LAST), seller) == hours(Book.of([seller], FIRST, LAST), seller)
