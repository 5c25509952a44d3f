"""What is done outside of working time: the person's own, where the firm has set it; else as the limits have it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache

from django.utils import timezone

from kartu.firm.models import User, WorkingTime
from kartu.firm.working import Book, Moments
from kartu.security.models.alert import AlertSettings

# Whoever stays a while, or comes before the others, works no night.
AROUND = timedelta(hours=2)
ONE = timedelta(days=1)


class OffHours:
    """Knows of the people who did what was done at `moments`."""

    def __init__(self, settings: AlertSettings, people: Iterable[int], moments: Iterable[datetime]) -> None:
        self.settings = settings
        days = [at.date() for at in moments] or [timezone.now().date()]
        is_set = WorkingTime.objects.exists()
        self.people = User.objects.in_bulk(list(people)) if is_set else {}
        self.book = Book.of(self.people.values(), min(days) - 2 * ONE, max(days) + 2 * ONE) if is_set else None
        self.spans = cache(self._spans)

    def _spans(self, person_id: int, day: date) -> Moments:
        return self.book.hours(self.people[person_id], day).spans

    def hold(self, person_id: int, local: datetime) -> bool:
        """Whether the person is off at that moment of his own clock."""
        day = local.date()
        if person_id not in self.people or not self.book.is_set(self.people[person_id], day):
            return self.settings.is_off_hours(local)
        spans = [*self.spans(person_id, day - ONE), *self.spans(person_id, day), *self.spans(person_id, day + ONE)]
        return not any(start - AROUND <= local < end + AROUND for start, end in spans)
