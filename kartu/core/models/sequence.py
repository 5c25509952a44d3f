"""Reading rows by growing id without missing one that commits late.

On PostgreSQL a lower id may commit after a higher one. Every row of a growing table therefore keeps the
number of the transaction that wrote it (`tx`), readers go by (tx, id), and they stop at the horizon: the
oldest transaction still open. SQLite has one writer at a time, so ids commit in order and `tx` is 0.
"""

from contextlib import contextmanager
from typing import NamedTuple, Self

from django.db import connection, models
from django.db.models import BigIntegerField, Func, Q


class Position(NamedTuple):
    """How far a reader has come in a growing table; written "tx-id" where it leaves the program."""

    tx: int = 0
    id: int = 0

    def __str__(self) -> str:
        return f"{self.tx}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Position":
        """The position written as `text`; raises ValueError for anything else."""
        tx, _dash, row_id = text.partition("-")
        return cls(int(tx), int(row_id))


class CurrentTransaction(Func):
    """The number of the transaction we are in."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = BigIntegerField()

    def as_sqlite(self, compiler, connection, **context) -> tuple[str, list]:
        return "0", []


class Horizon(Func):
    """The oldest transaction still open: all before it are settled for good. PostgreSQL only."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = BigIntegerField()


class OwnTransaction(Func):
    """The number of the transaction we are in, or NULL while it has written nothing. PostgreSQL only."""

    template = "pg_current_xact_id_if_assigned()::text::bigint"
    output_field = BigIntegerField()


_sees_itself = False


@contextmanager
def reader_sees_its_own_transaction():
    """For tests that write and read in one transaction which never commits."""
    global _sees_itself
    before, _sees_itself = _sees_itself, True
    try:
        yield
    finally:
        _sees_itself = before


class SequenceQuerySet(models.QuerySet):
    def settled(self) -> Self:
        """Only rows that no open transaction can still slip something in front of."""
        if connection.vendor != "postgresql":
            return self
        settled = Q(tx__lt=Horizon())
        return self.filter(settled | Q(tx=OwnTransaction()) if _sees_itself else settled)

    def unsettled(self) -> Self:
        """Rows that are written but must wait for an older transaction to end."""
        return self.filter(tx__gte=Horizon()) if connection.vendor == "postgresql" else self.none()

    def after(self, position: Position) -> Self:
        """Settled rows behind `position`, in the order in which they are to be read."""
        if connection.vendor == "postgresql":
            behind = Q(tx__gte=position.tx) & (Q(tx__gt=position.tx) | Q(id__gt=position.id))
        else:
            behind = Q(tx=0, id__gt=position.id)
        return self.settled().filter(behind).order_by("tx", "id")

    def end(self) -> Position:
        """The position of the last settled row."""
        last = self.settled().order_by("-tx", "-id").values_list("tx", "id").first()
        return Position(*last) if last else Position()


class SequenceRow(models.Model):
    """A row of a table that is read by growing id."""

    id = models.BigAutoField(primary_key=True)
    tx = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    objects = SequenceQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def position(self) -> Position:
        return Position(self.tx, self.id)
