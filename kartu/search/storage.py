"""Where words are looked up: an FTS5 trigram table on SQLite, trigram indexes on PostgreSQL, LIKE where neither is.

Everything here is made by `install`, after every migrate: SQLite drops triggers without a word when it rebuilds a
table. `verify` says what is missing.
"""

import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL

from kartu.search.models import Doc, Word


@dataclass(frozen=True)
class FullText:
    """An FTS5 table over columns of an ordinary one, kept equal to it by triggers."""

    table: str
    fts: str
    columns: tuple[str, ...]
    is_ranked: bool = False  # ranking needs the length of every row, which takes room
    # Whether it only says which rows have a piece, not where in them: a third of the room and of the writing.
    says_rows_only: bool = False

    @property
    def triggers(self) -> dict[str, str]:
        names = ", ".join(self.columns)
        new = ", ".join(f"new.{column}" for column in self.columns)
        old = ", ".join(f"old.{column}" for column in self.columns)
        put = f"INSERT INTO {self.fts}(rowid, {names}) VALUES (new.id, {new});"
        take = f"INSERT INTO {self.fts}({self.fts}, rowid, {names}) VALUES ('delete', old.id, {old});"
        changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in self.columns)
        return {
            f"{self.fts}_insert": f"AFTER INSERT ON {self.table} BEGIN {put} END",
            f"{self.fts}_delete": f"AFTER DELETE ON {self.table} BEGIN {take} END",
            f"{self.fts}_update": f"AFTER UPDATE ON {self.table} WHEN {changed} BEGIN {take} {put} END",
        }

    def create(self) -> str:
        return (
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {self.fts} USING fts5({', '.join(self.columns)}, "
            f"content='{self.table}', content_rowid='id', columnsize={int(self.is_ranked)}, "
            f"detail={'column' if self.says_rows_only else 'full'}, tokenize='trigram case_sensitive 1')"
        )


DOC_TABLE, WORD_TABLE = Doc._meta.db_table, Word._meta.db_table
FULL_TEXTS = [
    FullText(DOC_TABLE, "search_doc_fts", ("text", "sound", "reach")),
    FullText(WORD_TABLE, "search_word_fts", ("word",), is_ranked=True),
]
TRIGRAM_INDEXES = {
    "search_doc_text_trgm": f"{DOC_TABLE} USING gin (text gin_trgm_ops)",
    "search_doc_sound_trgm": f"{DOC_TABLE} USING gin (sound gin_trgm_ops)",
    "search_word_trgm": f"{WORD_TABLE} USING gin (word gin_trgm_ops)",
}


def add_pieces(table: str, columns: Sequence[str]) -> FullText:
    """Let rows of `table` be found by a part of one of `columns` (see `with_piece`); called by an app's ready()."""
    full_text = FullText(table, f"{table}_fts", tuple(columns), says_rows_only=True)
    if full_text not in FULL_TEXTS:
        FULL_TEXTS.append(full_text)
        TRIGRAM_INDEXES.update(
            {f"{table}_{column}_trgm": f"{table} USING gin ({column} gin_trgm_ops)" for column in columns}
        )
    return full_text


def install(using: str = "default") -> None:
    """Make what is missing; an index that had lost its triggers is filled anew."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        if DOC_TABLE not in tables:
            return
        if connection.vendor == "sqlite":
            _install_full_text(cursor, tables)
        elif connection.vendor == "postgresql":
            _install_trigrams(cursor, using)


def _install_full_text(cursor: Any, tables: Collection[str]) -> None:
    if not has_fts5():
        return
    standing = _standing_triggers(cursor)
    for full_text in FULL_TEXTS:
        if full_text.table not in tables:  # while the apps are migrated one by one
            continue
        wanted = full_text.triggers
        if all(standing.get(name) == _create_trigger(name, body) for name, body in wanted.items()):
            continue
        cursor.execute(full_text.create())
        for name, body in wanted.items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(_create_trigger(name, body))
        cursor.execute(f"INSERT INTO {full_text.fts}({full_text.fts}) VALUES ('rebuild')")


def _create_trigger(name: str, body: str) -> str:
    return f"CREATE TRIGGER {name} {body}"


def _standing_triggers(cursor: Any) -> dict[str, str]:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return dict(cursor.fetchall())


@cache
def has_fts5() -> bool:
    """Whether this Python's SQLite has the full-text module; nearly all do."""
    with closing(sqlite3.connect(":memory:")) as connection:
        options = connection.execute("PRAGMA compile_options").fetchall()
    return ("ENABLE_FTS5",) in options


def _install_trigrams(cursor: Any, using: str) -> None:
    """The extension is trusted since PostgreSQL 13, so that the database's owner may add it; if not, LIKE must do."""
    try:
        with transaction.atomic(using):
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return
    for name, definition in TRIGRAM_INDEXES.items():
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {definition}")


def has_trigrams(cursor: Any) -> bool:
    cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
    return cursor.fetchone() is not None


def missing(using: str = "default") -> list[str]:
    """Names of triggers, tables and indexes that should stand in this database and do not."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return _missing_full_text(cursor)
        if connection.vendor == "postgresql" and has_trigrams(cursor):
            cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname = ANY(%s)", [list(TRIGRAM_INDEXES)])
            standing = {row[0] for row in cursor.fetchall()}
            return [name for name in TRIGRAM_INDEXES if name not in standing]
    return []


def _missing_full_text(cursor: Any) -> list[str]:
    if not has_fts5():
        return []
    standing = _standing_triggers(cursor)
    return [
        name
        for full_text in FULL_TEXTS
        for name, body in full_text.triggers.items()
        if standing.get(name) != _create_trigger(name, body)
    ]


def damaged(using: str = "default") -> list[str]:
    """Full-text tables that no longer say what their tables say. Reads all of them."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return []
    broken = []
    for full_text in FULL_TEXTS:
        try:
            with transaction.atomic(using), connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO {full_text.fts}({full_text.fts}, rank) VALUES ('integrity-check', 1)")
        except DatabaseError:
            broken.append(full_text.fts)
    return broken


# --- asking ------------------------------------------------------------------------------------------


def words_sharing_pieces(cursor: Any, word: str, limit: int) -> list[str]:
    """Words of the vocabulary that share three-letter pieces with `word`, those that share the rarest first."""
    spaced = f" {word} "
    pieces = list(dict.fromkeys(spaced[start : start + 3] for start in range(len(spaced) - 2)))
    if cursor.db.vendor == "sqlite" and has_fts5():
        cursor.execute(
            "SELECT word FROM search_word_fts WHERE search_word_fts MATCH %s ORDER BY rank LIMIT %s",
            [" OR ".join(map(quoted, pieces)), limit],
        )
    elif cursor.db.vendor == "postgresql" and has_trigrams(cursor):
        cursor.execute(
            f"SELECT word FROM {WORD_TABLE} WHERE word %% %s ORDER BY similarity(word, %s) DESC LIMIT %s",
            [spaced, spaced, limit],
        )
    else:
        like = " OR ".join(["word LIKE %s ESCAPE '!'"] * len(pieces))
        cursor.execute(
            f"SELECT word FROM {WORD_TABLE} WHERE {like} LIMIT %s",
            [*(f"%{escaped(piece)}%" for piece in pieces), limit],
        )
    return [row[0] for row in cursor.fetchall()]


def quoted(phrase: str) -> str:
    """A phrase of FTS5's query language."""
    return '"' + phrase.replace('"', '""') + '"'


def escaped(text: str) -> str:
    """`text` for LIKE ... ESCAPE '!'."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def pieces(word: str, most: int = 0) -> str:
    """A word in pieces of three letters for FTS5: "алексей" as "але" AND "ксе" AND "сей". At most `most`, if given."""
    starts = list(dict.fromkeys([*range(0, len(word) - 2, 3), max(0, len(word) - 3)]))[: most or None]
    return f"({' AND '.join(quoted(word[start : start + 3]) for start in starts)})"


def with_piece(full_text: FullText, column: str, text: str) -> Q | None:
    """The rows whose `column` has all pieces of `text`, among them all that have `text`.

    None where the database needs no such help, or has none to give: PostgreSQL finds its own way to its index.
    """
    if len(text) < 3 or connections["default"].vendor != "sqlite" or not has_fts5():
        return None
    match = f"{{{column}}} : {pieces(text)}"
    return Q(pk__in=RawSQL(f"SELECT rowid FROM {full_text.fts} WHERE {full_text.fts} MATCH %s", [match]))  # noqa: S611 - names of our own


def knows(cursor: Any, doc_id: int, words: list[str]) -> bool:
    """Whether the full text of SQLite has this doc under each of `words` that it can know."""
    match = " AND ".join(pieces(word) for word in words if len(word) >= 3)
    if not match:
        return True
    cursor.execute("SELECT 1 FROM search_doc_fts WHERE search_doc_fts MATCH %s AND rowid = %s", [match, doc_id])
    return cursor.fetchone() is not None
