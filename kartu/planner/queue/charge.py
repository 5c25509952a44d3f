"""Who does what a person is to do at this moment: he himself, whoever stands in for him while he is away, or nobody."""

from datetime import datetime

from django.utils import timezone

from kartu.firm.models import Absence, TemporaryRight, User
from kartu.security.prepared import asked


class Charge:
    """Two queries, whoever is asked about. Everybody's things are in one person's charge at most.

    A deputy reaches what belongs to the person he was named for, and no further: where he is away himself the next one
    named for that person is in charge, else nobody. Who was named without an absence stands in all the same.
    """

    def __init__(self, at: datetime | None = None) -> None:
        at = at or timezone.now()
        self.until: dict[int, datetime] = {who: until for who, since, until in absences() if since <= at < until}
        self.named: dict[int, list[int]] = {}
        for absent, deputy, absence, since, until in deputies():
            if since <= at < until:
                self.named.setdefault(absent, []).append(deputy)
                if absence is None:
                    self.until.setdefault(absent, until)

    def is_away(self, person_id: int) -> bool:
        return person_id in self.until

    def deputy_of(self, person_id: int) -> int | None:
        """Who is there of those named for that person, by number."""
        return next((deputy for deputy in self.named.get(person_id, ()) if not self.is_away(deputy)), None)

    def of(self, person: User) -> int | None:
        """Who does what `person` is to do, by number; None: nobody."""
        if person.is_active and not self.is_away(person.pk):
            return person.pk
        return self.deputy_of(person.pk)

    def taken_over_by(self, person_id: int) -> list[int]:
        """The numbers of those for whom that person is in charge, himself left aside."""
        return sorted(absent for absent in self.named if self.is_away(absent) and self.deputy_of(absent) == person_id)


def absences() -> list[tuple]:
    """(person, from, until) of those that are or will be: a handful."""
    rows = Absence.objects.live().filter(is_over=False)
    return asked("queue.absences", lambda: rows.values_list("person_id", "from_at", "until_at"))


def deputies() -> list[tuple]:
    """(whom for, who, the absence, from, until), those named first in front."""
    rows = TemporaryRight.objects.filter(absent__isnull=False, ended_at=None, is_over=False, person__is_active=True)
    columns = ("absent_id", "person_id", "absence_id", "from_at", "until_at")
    return asked("queue.deputies", lambda: rows.order_by("from_at", "pk").values_list(*columns))
