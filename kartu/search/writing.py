"""Rows of the index as they are written: many in one statement, for each statement costs SQLite's full text a flush."""

import json
from collections.abc import Iterable
from typing import Any
from zlib import crc32

from django.db import connection

from kartu.search.models import Doc
from kartu.search.sources import DocFields
from kartu.search.spelling import remember_words, unknown
from kartu.search.words import spaced, spoken, title_key, words_and_pieces

# Column -> its type on PostgreSQL.
COLUMNS = {
    "id": "bigint",
    "kind": "text",
    "object_id": "bigint",
    "root_id": "bigint",
    "title": "text",
    "text": "text",
    "sound": "text",
    "reach": "text",
    "owner_id": "bigint",
    "team_id": "bigint",
    "batch_id": "bigint",
    "weight": "smallint",
    "updated": "bigint",
}
_VALUES = [column for column in COLUMNS if column not in ("id", "kind", "object_id")]
Row = tuple[Any, ...]


# Docs of a kind stand together, by their objects: the full text then looks through those of one kind only. Numbers of
# 2**56 and more make SQLite's full text lose rows where it reads a long list backwards.
OBJECTS, NUMBERS = 1 << 40, 1 << 14


def number_of(kind: str) -> int:
    """What the ids of all docs of `kind` begin with; no two kinds may share one (see the test of all sources)."""
    return 1 + crc32(kind.encode()) % NUMBERS


def doc_id(kind: str, object_id: int) -> int:
    return number_of(kind) * OBJECTS + object_id


def ids_of(kind: str) -> tuple[int, int]:
    """The lowest and the highest id that a doc of `kind` may have."""
    return doc_id(kind, 0), doc_id(kind, OBJECTS - 1)


# A piece of three letters is the smallest thing that the full text knows, and asking for one is by far the cheapest.
# So an owner and a team are one letter each between two signs, taken from letters that no text has. Two may share a
# letter when there are very many: whoever asks compares the columns as well.
_OWNERS, _TEAMS, _LETTERS = 0xF0000, 0x100000, 0x1800


def mark_of_owner(owner_id: int) -> str:
    return f"<{chr(_OWNERS + owner_id % _LETTERS)}>"


def mark_of_team(team_id: int) -> str:
    return f"[{chr(_TEAMS + team_id % _LETTERS)}]"


def reach(owner_id: int | None, team_id: int | None) -> str:
    """Owner and team as the full-text index of SQLite can filter by them."""
    owner = mark_of_owner(owner_id) if owner_id is not None else ""
    return owner + (mark_of_team(team_id) if team_id is not None else "")


def row_of(kind: str, fields: DocFields, readings: list[list[str]] | None = None) -> Row:
    """The columns of COLUMNS for what an object is found by; `readings` are all sounds of its names, where known."""
    readings = spoken((fields.title, *fields.names)) if readings is None else readings
    found_by = [word for text in (fields.title, *fields.names, *fields.words) for word in words_and_pieces(text)]
    found_by += [word for digits in fields.digits for word in digits.split()]
    known = set(found_by)
    heard = [each for word in readings for each in word if each not in known]
    return (
        doc_id(kind, fields.object_id),
        kind,
        fields.object_id,
        fields.object_id if fields.root_id is None else fields.root_id,
        title_key(fields.title)[:300],
        spaced(found_by),
        spaced(heard),
        reach(fields.owner_id, fields.team_id),
        fields.owner_id,
        fields.team_id,
        fields.batch_id,
        fields.weight,
        int(fields.updated_at.timestamp()) if fields.updated_at else 0,
    )


class Ready:
    """Rows of the index, put together outside of any transaction; the last one where an object comes twice."""

    def __init__(self, kind: str, many: Iterable[DocFields]) -> None:
        rows: dict[int, Row] = {}
        heard: set[str] = set()
        for fields in many:
            readings = spoken((fields.title, *fields.names))
            heard.update(word[0] for word in readings)
            rows[fields.object_id] = row_of(kind, fields, readings)
        self._is_empty = not rows
        self._words = unknown(heard)
        if connection.vendor == "postgresql":
            self._statement = _statement(_UNNESTED, "IS DISTINCT FROM")
            self._given: list[Any] = [list(column) for column in zip(*rows.values(), strict=True)]
        else:
            self._statement = _statement(_FROM_JSON, "IS NOT")
            self._given = [json.dumps(list(rows.values()), ensure_ascii=False)]

    def write(self) -> None:
        """Insert or replace them."""
        if self._is_empty:
            return
        with connection.cursor() as cursor:
            cursor.execute(self._statement, self._given)
        remember_words(self._words)


_UNNESTED = f"SELECT * FROM unnest({', '.join(f'%s::{type_}[]' for type_ in COLUMNS.values())})"
_EXTRACTED = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(COLUMNS)))
_FROM_JSON = f"SELECT {_EXTRACTED} FROM json_each(%s) WHERE true"


def _statement(rows: str, differs: str) -> str:
    """Rows that stand already as they should are left alone, and their place in the full text with them."""
    table = Doc._meta.db_table
    changes = ", ".join(f"{column} = excluded.{column}" for column in _VALUES)
    ours = ", ".join(f"{table}.{column}" for column in _VALUES)
    theirs = ", ".join(f"excluded.{column}" for column in _VALUES)
    return (
        f"INSERT INTO {table} ({', '.join(COLUMNS)}) {rows} "
        f"ON CONFLICT (kind, object_id) DO UPDATE SET {changes} WHERE ({ours}) {differs} ({theirs})"
    )
