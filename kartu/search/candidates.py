"""The SQL of a search: rows of the index that fit a question and that the actor's rights reach.

Two questions are asked of the database: whose title begins so (an ordinary index), and whose text has all the words
(full text). Neither sorts more than it must: the newest candidates are ranked in Python.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from kartu.core.actors import Actor, Scope
from kartu.core.fields import prefix_range
from kartu.search import storage
from kartu.search.sources import Source
from kartu.security.rows import hidden_batches

BY_TITLE = 15  # of each kind
BY_TEXT = 120  # of all kinds together
BY_TEXT_EACH = 25  # of each kind, where there are too many of all together

_COLUMNS = "d.id, d.kind, d.object_id, d.title, d.text, d.weight, d.updated"
Sql = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Candidate:
    doc_id: int
    kind: str
    object_id: int
    title: str
    text: str
    weight: int
    updated: int


@dataclass(frozen=True)
class Reach:
    """The kinds that an actor reaches equally far, and how far; `hidden` are the imports that still run."""

    by: Actor
    scope: Scope
    kinds: tuple[str, ...]
    hidden: tuple[int, ...] = ()

    def not_hidden(self) -> Sql:
        if not self.hidden:
            return "", []
        marks = ", ".join(["%s"] * len(self.hidden))
        return f"AND (d.batch_id IS NULL OR d.batch_id NOT IN ({marks}))", list(self.hidden)

    def people(self) -> list[tuple[str, int]]:
        """The owner and the team within reach, as (column, id); empty: everybody."""
        if self.scope is Scope.ALL:
            return []
        mine = [("owner_id", self.by.pk)]
        team_id = getattr(self.by, "team_id", None)
        return [*mine, ("team_id", team_id)] if self.scope is Scope.TEAM and team_id else mine


def reaches(by: Actor, sources: Iterable[Source]) -> list[Reach]:
    """How far `by` reaches among `sources`; those out of reach are left out."""
    kinds: dict[Scope, list[str]] = {}
    for source in sources:
        scope = by.scope(source.right) if source.right else Scope.ALL
        if scope is not None:
            kinds.setdefault(scope, []).append(source.key)
    hidden = tuple(sorted({pk for ids in hidden_batches for pk in ids()}))
    return [Reach(by, scope, tuple(keys), hidden) for scope, keys in kinds.items()]


def by_title(prefix: str, within: Reach) -> list[Candidate]:
    """Docs whose title begins with `prefix`."""
    if not prefix:
        return []
    hidden, hidden_ids = within.not_hidden()
    parts, params = [], []
    for kind in within.kinds:
        for column, pk in within.people() or [("", 0)]:
            whose, whose_ids = (f"AND d.{column} = %s", [pk]) if column else ("", [])
            parts.append(
                f"SELECT * FROM (SELECT {_COLUMNS} FROM search_doc d "
                f"WHERE d.kind = %s AND d.title >= %s AND d.title < %s {whose} {hidden} "
                f"ORDER BY d.title LIMIT {BY_TITLE}) AS part"
            )
            params += [kind, *prefix_range(prefix), *whose_ids, *hidden_ids]
    return _fetch(" UNION ALL ".join(parts), params)


# Each word of a question as the spellings that will do, each with whether its sound counts too.
Wanted = Sequence[Sequence[str]]


def by_text(wanted: Wanted, within: Reach, *, by_sound: bool = False) -> list[Candidate]:
    """Docs that have every word of `wanted` in one of its spellings, the newest first."""
    wanted = [spellings for spellings in wanted if spellings]
    if not wanted:
        return []
    find = _full_text if connection.vendor == "sqlite" and storage.has_fts5() else _like
    found = _fetch(*find(wanted, within, within.kinds, BY_TEXT, by_sound=by_sound))
    if len(found) < BY_TEXT or len(within.kinds) == 1:
        return found
    # One kind may have filled the list: ask for each by itself, so that none is crowded out.
    each = [find(wanted, within, (kind,), BY_TEXT_EACH, by_sound=by_sound) for kind in within.kinds]
    sql = " UNION ALL ".join(f"SELECT * FROM ({one}) AS part" for one, _params in each)
    return found + _fetch(sql, [param for _sql, params in each for param in params])


def _full_text(wanted: Wanted, within: Reach, kinds: Sequence[str], limit: int, *, by_sound: bool) -> Sql:
    columns = "{text sound}" if by_sound else "text"
    match = [f"({columns} : ({_or(spellings)}))" for spellings in wanted]
    if people := within.people():
        match.append(f"(reach : ({_or(_mark(column, pk) for column, pk in people)}))")
    if len(kinds) == 1:
        match.append(f"(reach : {storage.quoted('{' + kinds[0] + '}')})")
    hidden, hidden_ids = within.not_hidden()
    marks = ", ".join(["%s"] * len(kinds))
    sql = (
        f"SELECT {_COLUMNS} FROM search_doc_fts f CROSS JOIN search_doc d ON d.id = f.rowid "
        f"WHERE search_doc_fts MATCH %s AND d.kind IN ({marks}) {hidden} ORDER BY f.rowid DESC LIMIT {limit}"
    )
    return sql, [" AND ".join(match), *kinds, *hidden_ids]


def _or(phrases: Iterable[str]) -> str:
    return " OR ".join(storage.quoted(phrase) for phrase in phrases)


def _mark(column: str, pk: int) -> str:
    """How `writing.reach` writes an owner or a team."""
    return f"<{pk}>" if column == "owner_id" else f"[{pk}]"


def _like(wanted: Wanted, within: Reach, kinds: Sequence[str], limit: int, *, by_sound: bool) -> Sql:
    """The same by LIKE, which trigram indexes of PostgreSQL answer."""
    conditions, params = [], []
    for spellings in wanted:
        columns = ("d.text", "d.sound") if by_sound else ("d.text",)
        likes = [f"{column} LIKE %s ESCAPE '!'" for column in columns for _spelling in spellings]
        conditions.append(f"({' OR '.join(likes)})")
        params += [f"%{storage.escaped(spelling)}%" for _column in columns for spelling in spellings]
    if people := within.people():
        conditions.append("(" + " OR ".join(f"d.{column} = %s" for column, _pk in people) + ")")
        params += [pk for _column, pk in people]
    hidden, hidden_ids = within.not_hidden()
    marks = ", ".join(["%s"] * len(kinds))
    sql = (
        f"SELECT {_COLUMNS} FROM search_doc d WHERE {' AND '.join(conditions)} AND d.kind IN ({marks}) {hidden} "
        f"ORDER BY d.id DESC LIMIT {limit}"
    )
    return sql, [*params, *kinds, *hidden_ids]


def _fetch(sql: str, params: list[Any]) -> list[Candidate]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [Candidate(*row) for row in cursor.fetchall()]
