"""When somebody works, for pages that show it each time that they are opened."""

from datetime import date

from django.db.models import QuerySet

from kartu.firm.models import CalendarDay, Firm, User
from kartu.firm.working import Book, away_of, moments_of, times_of
from kartu.security.prepared import instances, moment_place, place


def book_of(person: User, first: date, last: date) -> Book:
    """`Book.of` one person: its queries are put together once, which costs more than to ask them."""
    start, end = moments_of(first, last)
    return Book(
        firm=next(iter(instances("book.firm", lambda: Firm.objects.order_by("pk")[:1])), None),
        times=instances("book.times", own_times, [person.pk, person.team_id or 0]),
        days=instances("book.days", CalendarDay.objects.all),
        away=instances("book.away", own_absences, [person.pk, start, end]),
    )


def own_times() -> QuerySet:
    return times_of([place(0)], [place(1)])


def own_absences() -> QuerySet:
    return away_of([place(0)], moment_place(1), moment_place(2))
