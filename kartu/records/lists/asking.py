"""Who asks, and when: what "me", "today" and "in the last 7 days" mean in a question."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.core.exceptions import BadRequest
from django.utils import timezone

from kartu.core.actors import Actor


class BadQuestion(BadRequest):
    """The address asks for what the list does not have (a column, a way to compare, a value). Answered by 400."""


@dataclass(frozen=True)
class Asking:
    """The person who asks, in its own time zone."""

    person: Actor
    now: datetime = field(default_factory=timezone.now)
    _kept: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def remembered(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gave for `key` the first time: a chip, a sort and a cell ask for the same names."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    @property
    def zone(self) -> tzinfo:
        return timezone.get_current_timezone()

    @property
    def today(self) -> date:
        return timezone.localtime(self.now).date()

    def start_of(self, day: date) -> datetime:
        """The first moment of `day` where the person is."""
        return datetime.combine(day, time.min, tzinfo=self.zone)

    def days_away(self, days: int) -> date:
        return self.today + timedelta(days=days)
