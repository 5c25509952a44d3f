"""The days of which a dossier tells the history."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone


@dataclass(frozen=True)
class Period:
    """From the day `since` to the day `until`, both included; None: open at that end."""

    since: date | None = None
    until: date | None = None

    @classmethod
    def of_last(cls, days: int) -> "Period":
        return cls(timezone.localdate() - timedelta(days=days))

    def covers(self, column: str) -> Q:
        """The rows whose moment `column` lies within, by the days of the person at the screen."""
        within = Q()
        if self.since:
            within &= Q(**{f"{column}__gte": start_of(self.since)})
        if self.until:
            within &= Q(**{f"{column}__lt": start_of(self.until + timedelta(days=1))})
        return within


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
