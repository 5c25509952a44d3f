"""Seals: rows of the log, hashed together and chained, so that whoever alters the log is found out."""

from django.db import models


class Seal(models.Model):
    """A closed list of rows of one store ("acts": AuditRow, "views": ViewRow) and the proof of what they said.

    Seals of both stores are one chain: each holds the hash of the one before. `members` are the ids, as ranges
    ("1-500,502"); late rows, which on PostgreSQL commit behind higher ids, join the next seal. `digest` is over the
    members in the order of their ids, `leaves` holds eight bytes of each, by which an altered row is found. `reach` is
    the highest id of its store sealed so far, `awaits` the ids below it that may still come: [first, last, transaction
    after which they cannot come any more, number of the seal that met the gap]. What is hashed, and how it is spelled,
    is in kartu/security/seals/spelling.py, by `format`.
    """

    taken_along = True

    append_only = True

    number = models.BigIntegerField(primary_key=True)
    format = models.PositiveSmallIntegerField()
    store = models.CharField(max_length=10)
    members = models.TextField()
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    leaves = models.BinaryField()
    reach = models.BigIntegerField()
    awaits = models.JSONField(default=list)
    before = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["store", "-number"], name="seal_newest")]

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


class ToldHead(models.Model):
    """The newest seal of a day, as it was told to the owners: the chain must still lead through it."""

    taken_along = True

    append_only = True

    day = models.DateField(primary_key=True)
    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    # Sealed rows of both stores.
    rows = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"
