"""Very many rows of several models, each with its audit row, made ready outside of the writing transaction.

    pile = Pile(by, change_set_id)
    client_id = pile.add(Client, name="PT Maju", ...)
    pile.add(Channel, root=("clients.client", client_id), client_id=client_id, ...)
    pile.change(client)  # as it was read, with some columns set
    pile.pack()        # computes audit rows and digests
    with transaction.atomic():
        pile.write()   # executemany or COPY, and nothing else

What stands in the tables afterwards is what `audit.create_many` and `save()` would have left, column by column.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from kartu.core import bulk
from kartu.core.actors import Actor
from kartu.records.models import Customised
from kartu.records.standing import standing
from kartu.security import audit, origin
from kartu.security.models.audit import AuditPayload, AuditRow, Verb
from kartu.security.rows import GuardedModel

IDS_AT_ONCE = 1000
CREATE = Verb.CREATE.value
# As `audit.digest` spells a payload; the columns come sorted already.
spell = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
spell_sorted = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


class Shape:
    """The columns of a model with their defaults, and which of them the history shows."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = model._meta.concrete_fields
        self.columns = [field.column for field in fields]
        self.defaults = {field.column: _default(field) for field in fields}
        self.tuple_of = itemgetter(*self.columns)
        self.json = [field.column for field in fields if isinstance(field, models.JSONField)]
        hidden = getattr(model, "derived_fields", frozenset()) | {"id", "version"}
        self.told = sorted(field.attname for field in fields if field.attname not in hidden)
        dates = (models.DateField, models.TimeField)
        # All of them are told: no derived column of a new row holds a date.
        self.dates = [field.attname for field in fields if isinstance(field, dates) and field.attname in self.told]
        self.label = model._meta.label_lower


shape_of = cache(Shape)


def _default(field: models.Field) -> Any:
    value = field.get_default()
    if getattr(field, "auto_now_add", False):
        return None
    return value.value if isinstance(value, models.Choices) else value


class Ids:
    """Ids of a model, claimed in advance; those that are left over are never used."""

    def __init__(self, model: type[models.Model]) -> None:
        self._model = model
        self._ready: Iterator[int] = iter(())

    def next(self) -> int:
        for pk in self._ready:
            return pk
        with transaction.atomic():
            self._ready = iter(bulk.claim_ids(self._model, IDS_AT_ONCE))
        return next(self._ready)


class Stale(RuntimeError):
    """Somebody else has written one of the rows since it was read. Nothing was written; read them again."""


class Pile:
    """Rows that wait to be written, the new ones in the order of their models' first appearance."""

    def __init__(self, by: Actor, change_set_id: int, ids: dict[type, Ids] | None = None) -> None:
        self.by, self.change_set_id = by, change_set_id
        self.ids = ids if ids is not None else {}
        self._rows: dict[type[models.Model], list[dict[str, Any]]] = {}
        self._told: list[tuple[Shape, dict[str, Any], tuple[str, int] | None]] = []
        self._changed: list[tuple[GuardedModel, list[str], dict[str, dict[str, Any]]]] = []
        self._updates: dict[tuple[type[models.Model], tuple[str, ...]], list[tuple[Any, ...]]] = {}
        self._packed: list[tuple[type[models.Model], list[str], list[tuple]]] = []
        # The formulas by which the rows are worked out: who changes one meanwhile has not met these rows.
        self._shape = standing().shape

    def add(self, model: type[models.Model], *, root: tuple[str, int] | None = None, **values: Any) -> int:
        """A new row of `model`, given by columns; `root` is the whole on whose history it stands, itself if None."""
        row = self.add_derived(model, **values)
        self._told.append((shape_of(model), row, root))
        return row["id"]

    def add_derived(self, model: type[models.Model], **values: Any) -> dict[str, Any]:
        """A new row that repeats what another one holds, and so stands in no history."""
        row = shape_of(model).defaults | values
        row["id"] = self._id_of(model)
        self._rows.setdefault(model, []).append(row)
        return row

    def change(self, row: GuardedModel) -> bool:
        """`row` as it was read but for some columns; whether there are such. Once for each row."""
        row.derive()
        columns = [name for name, value in row._loaded.items() if getattr(row, name) != value]
        if not columns:
            return False
        self._changed.append((row, columns, audit.changes(row, row._loaded)))
        return True

    @property
    def changed_rows(self) -> list[GuardedModel]:
        return [row for row, _columns, _values in self._changed]

    def _id_of(self, model: type[models.Model]) -> int:
        return self.ids.setdefault(model, Ids(model)).next()

    def __len__(self) -> int:
        return len(self._told) + len(self._changed)

    def pack(self) -> None:
        """Make everything ready: from here on rows are not added."""
        audit_rows, payloads = self._audit()
        for model, rows in self._rows.items():
            shape = shape_of(model)
            for row in rows:
                for column in shape.json:
                    row[column] = json.dumps(row[column], ensure_ascii=False)
                for column in shape.dates:
                    if row[column] is not None:
                        row[column] = bulk.spelled(row[column])
            self._packed.append(
                (model, shape.columns, [tuple(row[column] for column in shape.columns) for row in rows])
            )
        for row, columns, _values in self._changed:
            values = [_for_database(row, column) for column in columns]
            guard = (row._loaded["version"],) if "version" in row._loaded else ()
            self._updates.setdefault((type(row), tuple(columns)), []).append((*values, row.pk, *guard))
        self._packed.append((AuditRow, shape_of(AuditRow).columns, audit_rows))
        self._packed.append((AuditPayload, ["row_id", "values"], payloads))
        self._rows.clear()
        self._told.clear()

    def _audit(self) -> tuple[list[tuple], list[tuple]]:
        here, ids = origin.current(), self.ids.setdefault(AuditRow, Ids(AuditRow))
        row_of = shape_of(AuditRow).tuple_of
        told = shape_of(AuditRow).defaults | {
            "at": bulk.spelled(timezone.now()),
            "actor_id": self.by.pk,
            "why": getattr(self.by, "why", ""),
            "change_set_id": self.change_set_id,
            "session": here.session,
            "address": here.address,
            "request_id": here.request_id,
        }
        rows, payloads = [], []

        def tell(verb: str, what: tuple[str, int], root: tuple[str, int], text: str) -> None:
            told["id"] = pk = ids.next()
            told["verb"] = verb
            told["object_type"], told["object_id"] = what
            told["root_type"], told["root_id"] = root
            told["digest"] = hashlib.sha256(text.encode()).hexdigest()
            rows.append(row_of(told))
            payloads.append((pk, text))

        for shape, row, root in self._told:
            after = {name: row[name] for name in shape.told}
            for name in shape.dates:
                if after[name] is not None:
                    after[name] = _plain(after[name])
            text = (spell_sorted if shape.json else spell)({"after": after})
            tell(CREATE, (shape.label, row["id"]), root or (shape.label, row["id"]), text)
        for row, _columns, values in self._changed:
            if values["after"]:
                what = (row._meta.label_lower, row.pk)
                tell(audit.verb_of(values).value, what, row.audit_root(), spell_sorted(values))
        return rows, payloads

    def write(self) -> None:
        """Write all of it, in a transaction of the caller's. Raises Stale where somebody else was faster."""
        if standing().shape != self._shape:
            raise Stale
        for (model, columns), rows in self._updates.items():
            if bulk.update(model, columns, rows) != len(rows):
                raise Stale
        for model, columns, rows in self._packed:
            bulk.insert(model, columns, rows, is_spelled=True)
        reshaped: dict[type[Customised], list[Customised]] = {}
        for row, names, _values in self._changed:
            if isinstance(row, Customised) and {"custom", "worked_out"} & set(names):
                reshaped.setdefault(type(row), []).append(row)
        for model, rows in reshaped.items():
            model.project_many(rows)


def _for_database(row: GuardedModel, column: str) -> Any:
    value = getattr(row, column)
    if column in shape_of(type(row)).json:
        return json.dumps(value, ensure_ascii=False)
    return value.value if isinstance(value, models.Choices) else value


def _plain(value: Any) -> str:
    """A date or a moment as `audit.plain` writes it, which is as Django's JSON does."""
    text = value.isoformat()
    if not isinstance(value, datetime):
        return text
    text = text[:23] + text[26:] if value.microsecond else text
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text
