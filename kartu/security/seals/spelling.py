"""What of a row is sealed, and how it is spelled: the same bytes on both databases, today and in ten years.

A row is a JSON list of its columns, in the order of COLUMNS: moments as UTC text with six decimals, JSON inside as its
canonical text. Whatever a column holds that it should not hold is spelled too, and so differs.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

from kartu.security.models import AuditPayload, AuditRow, Seal, ViewRow
from kartu.security.seals.ids import Range

# A column more, or another spelling, is another format: old seals are verified by theirs for ever.
FORMAT = 1
COLUMNS = {
    (1, "acts"): (
        *("id", "at", "actor_id", "why", "verb", "object_type", "object_id", "root_type", "root_id"),
        *("change_set_id", "session", "address", "request_id", "digest"),
    ),
    (1, "views"): ("id", "at", "actor_id", "kind", "object_type", "object_id", "detail", "session", "address"),
}
SEAL_COLUMNS = (
    *("number", "format", "store", "members", "count", "digest", "leaves", "reach", "awaits", "before", "at", "hash"),
)
LEAF = 8  # bytes of a row's hash that a seal keeps, to find the row by
RANGES_AT_ONCE = 200

# As text: what a column holds that is no moment or JSON any more must not stop the reading.
FORMS = {
    "sqlite": {"moment": "CAST({} AS TEXT)"},
    "postgresql": {"moment": "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.USBC')", "json": "{}::text"},
}

spelled = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=repr).encode
decoded = json.JSONDecoder().decode
canonical = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), sort_keys=True, default=repr).encode


def hashed(values: Sequence[Any]) -> bytes:
    """The hash, 32 bytes, of a row of spelled columns; or of all rows of a seal in the order of their ids."""
    return sha256(spelled(values).encode()).digest()


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@dataclass(frozen=True)
class Table:
    """A table whose rows are read spelled, by ranges of their key; `columns[0]` is the key."""

    model: type[models.Model]
    columns: tuple[str, ...]
    # Of an act also what it told, as the text of its JSON, as the last column; None where that is gone.
    with_payload: bool = False

    @property
    def connection(self) -> BaseDatabaseWrapper:
        return connections[router.db_for_read(self.model)]

    @cached_property
    def name(self) -> str:
        return f'"{self.model._meta.db_table}"'

    @cached_property
    def kinds(self) -> dict[int, str]:
        """Place of a column -> what kind it is, for those that databases give back differently."""
        fields = [self.model._meta.get_field(column) for column in self.columns]
        known = {"DateTimeField": "moment", "JSONField": "json", "BinaryField": "bytes"}
        kinds = {at: known.get(field.get_internal_type(), "") for at, field in enumerate(fields)}
        return {at: kind for at, kind in kinds.items() if kind}

    def between(self, ranges: Sequence[Range]) -> Iterator[list[Any]]:
        """The rows with keys in the growing `ranges`, in order."""
        for start in range(0, len(ranges), RANGES_AT_ONCE):
            some = ranges[start : start + RANGES_AT_ONCE]
            where = " OR ".join([f"{self.key} BETWEEN %s AND %s"] * len(some))
            yield from self._read(where, [bound for both in some for bound in both])

    def beyond(self, key: int, limit: int) -> Iterator[list[Any]]:
        """At most `limit` rows behind `key`."""
        return self._read(f"{self.key} > %s", [key], limit)

    @cached_property
    def key(self) -> str:
        return f'{self.name}."{self.columns[0]}"'

    def _read(self, where: str, params: list[Any], limit: int = 0) -> Iterator[list[Any]]:
        connection = self.connection
        sql = f"SELECT {self._selected(connection.vendor)} WHERE {where} ORDER BY {self.key}"  # noqa: S608 - names of ours
        with connection.cursor() as cursor:
            cursor.execute(sql + (f" LIMIT {limit}" if limit else ""), params)
            while block := cursor.fetchmany(500):
                rows = [list(row) for row in block]
                for at, kind in self.kinds.items():
                    respell = RESPELLED[kind]
                    for row in rows:
                        row[at] = respell(row[at])
                yield from rows

    def _selected(self, vendor: str) -> str:
        names = [f'{self.name}."{column}"' for column in self.columns]
        names = [FORMS[vendor].get(self.kinds.get(at, ""), "{}").format(name) for at, name in enumerate(names)]
        if not self.with_payload:
            return f"{', '.join(names)} FROM {self.name}"
        payload = f'"{AuditPayload._meta.db_table}"'
        names.append(f'{payload}."values"' + ("::text" if vendor == "postgresql" else ""))
        return f"{', '.join(names)} FROM {self.name} LEFT JOIN {payload} ON {payload}.row_id = {self.key}"


def respelled_moment(text: Any) -> Any:
    """SQLite leaves out decimals that are all zero, PostgreSQL marks whether it is before Christ."""
    if not isinstance(text, str) or len(text) == 26:
        return text
    text = text.removesuffix("AD")
    return f"{text}.000000" if len(text) == 19 else text


def respelled_json(text: Any) -> Any:
    try:
        return canonical(decoded(text))
    except (TypeError, ValueError):
        return text


RESPELLED = {
    "moment": respelled_moment,
    "json": respelled_json,
    "bytes": lambda value: bytes(value).hex() if isinstance(value, bytes | memoryview) else value,
}

MODELS = {"acts": AuditRow, "views": ViewRow}
TABLES = {key: Table(MODELS[key[1]], columns) for key, columns in COLUMNS.items()}
WITH_PAYLOADS = {key: Table(MODELS[key[1]], columns, with_payload=key[1] == "acts") for key, columns in COLUMNS.items()}
SEALS = Table(Seal, SEAL_COLUMNS)
