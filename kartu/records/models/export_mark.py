import secrets
from datetime import datetime

from django.db import models
from django.utils import timezone

from kartu.core.actors import Actor
from kartu.records.marks import Mark
from kartu.security.alerts.freezing import check_not_frozen
from kartu.security.leaving.notice import check_allowed


def new_seed() -> str:
    return secrets.token_hex(16)


class ExportMark(models.Model):
    """The number of a file or paper that leaves, and the secret of its mark. What it was stands in the log's line.

    Made before the file is: a number without a line of the log belongs to one that was never finished.
    """

    append_only = True

    # Not a foreign key: a ledger row outlives whatever it names.
    person_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(default=timezone.now)
    seed = models.CharField(max_length=32, default=new_seed)

    def __str__(self) -> str:
        return f"{self.pk}, {self.who}"

    @classmethod
    def begin(cls, by: Actor, at: datetime | None = None, *, has_waited: bool = False) -> Mark:
        """A new number for what `by` takes out now. Raises Frozen, and Held: nothing leaves without one.

        `has_waited`: of whoever is leaving a second person was asked before (records.lists.approval).
        """
        check_not_frozen(by)
        if not has_waited:
            check_allowed(by.pk)
        row = cls.objects.create(person_id=by.pk, who=str(by)[:150], at=at or timezone.now())
        return row.mark

    @property
    def mark(self) -> Mark:
        return Mark(self.pk, self.who, self.at, self.seed)
