"""A made-up past: rows, and the lines of the log that tell of them, each at its own moment and by its own person.

Nowhere else can a line be written for another moment than now (docs/decisions). A Past writes once, into the empty
log of a demo firm: in a firm at work, or a demo firm that somebody has looked at, there is none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, models, transaction

from kartu.core import bulk
from kartu.core.actors import Actor
from kartu.firm.models import Firm
from kartu.security import audit
from kartu.security.models.audit import AuditPayload, AuditRow, Verb
from kartu.security.rows import GuardedModel

Row = TypeVar("Row", bound=GuardedModel)
BLOCK = 100


class NoPast(RuntimeError):
    """Somebody wanted to write into the past of a firm that has one of its own."""


@dataclass(frozen=True)
class Line:
    at: datetime
    by: Actor
    verb: Verb
    row: GuardedModel
    values: dict[str, Any]


class Past:
    """Collects what happened, in any order, and writes it down in the order of time."""

    def __init__(self) -> None:
        refuse_where_something_has_happened()
        self._rows: dict[type[GuardedModel], list[GuardedModel]] = {}
        self._ids: dict[type[GuardedModel], Iterator[int]] = {}
        self._lines: list[Line] = []

    def make(self, row: Row, *, at: datetime, by: Actor) -> Row:
        """`by` made `row` at `at`. It has its id from now on."""
        model = type(row)
        row.pk = next(self._ids.setdefault(model, self._new_ids(model)))
        if model._has("created_at"):
            row.created_at = at
        row.derive()
        self._rows.setdefault(model, []).append(row)
        self._lines.append(Line(at, by, Verb.CREATE, row, {"after": audit.audited_values(row)}))
        return row

    @staticmethod
    def _new_ids(model: type[GuardedModel]) -> Iterator[int]:
        while True:
            yield from bulk.claim_ids(model, BLOCK)

    def change(self, row: GuardedModel, *, at: datetime, by: Actor, **values: Any) -> None:
        """`by` gave `row`, made here before, other values (columns) at `at`. Nothing is told where nothing changes."""
        loaded = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        for name, value in values.items():
            setattr(row, name, value)
        row.derive()
        told = audit.changes(row, loaded)
        if told["after"]:
            row.version += 1
            self._lines.append(Line(at, by, Verb.CHANGE, row, told))

    def write(self) -> None:
        """Write everything. What others compute from it (search, dates of touches) follows, as after any act."""
        with transaction.atomic():
            refuse_where_something_has_happened()
            for model, rows in self._rows.items():
                insert(model, rows)
            self._write_log()
            audit.written.send(sender=None, roots={line.row.audit_root() for line in self._lines})

    def _write_log(self) -> None:
        lines = sorted(self._lines, key=lambda line: line.at)
        rows, payloads = [], []
        for line, pk in zip(lines, bulk.reserve_ids(AuditRow, len(lines)), strict=True):
            row, payload = audit.audit_pair(line.verb, line.row, by=line.by, values=line.values)
            row.pk, row.at, payload.row_id = pk, line.at, pk
            rows.append(row)
            payloads.append(payload)
        insert(AuditRow, rows)
        insert(AuditPayload, payloads)


def refuse_where_something_has_happened() -> None:
    firm = Firm.current()
    if firm is None or not firm.is_demo:
        raise NoPast("Only a demo firm has a made-up past")
    if AuditRow.objects.exists():
        raise NoPast("Something has happened in this firm already")


def insert(model: type[models.Model], rows: list[models.Model]) -> None:
    """Insert `rows` as they stand, whatever Django would have put into their dates."""
    fields = model._meta.concrete_fields
    values = ([field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows)
    bulk.insert(model, [field.column for field in fields], values, is_spelled=True)
