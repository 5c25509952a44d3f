"""The SQL of a search: rows of the index that fit a question and that the actor's rights reach.

Two questions are asked of the database: whose title begins so (an ordinary index), and whose text has all the words
(full text). Neither sorts more than it must: the newest candidates are ranked in Python.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from kartu.core.actors import Actor, Ends, ends_of
from kartu.core.fields import prefix_range
from kartu.search import storage
from kartu.search.sources import Source
from kartu.search.writing import ids_of, mark_of_owner, mark_of_team
from kartu.security.prepared import hidden_now

SURE_OF_EACH = 2  # places that every kind has before the best take the rest
BY_TITLE = 15  # of each kind
BY_TEXT = 80  # of all kinds together
BY_TEXT_EACH = 20  # of a kind that was crowded out
# Of a long word (an address of e-mail) the beginning tells enough; each further piece is a long list to compare.
MOST_PIECES = 6

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
    """The kinds that an actor reaches equally far: `ends` says whose (None: everybody's), `hidden` which imports run.

    `named`: not how far, but only the wholes of these ids: the actor is named on them, or sees them in another way.
    """

    ends: Ends | None
    kinds: tuple[str, ...]
    hidden: tuple[int, ...] = ()
    named: QuerySet | None = None

    def among_named(self) -> Sql:
        if self.named is None:
            return "", []
        sql, params = self.named.query.get_compiler(connection=connection).as_sql()
        return f"AND d.root_id IN ({sql})", list(params)

    def not_hidden(self) -> Sql:
        if not self.hidden:
            return "", []
        marks = ", ".join(["%s"] * len(self.hidden))
        return f"AND (d.batch_id IS NULL OR d.batch_id NOT IN ({marks}))", list(self.hidden)

    def condition(self, kinds: Sequence[str]) -> Sql:
        """What a doc of `kinds` must be to lie within reach."""
        conditions, params = [f"d.kind IN ({', '.join(['%s'] * len(kinds))})"], list(kinds)
        if whose := self.whose():
            conditions.append("(" + " OR ".join(among(column, ids) for column, ids in whose) + ")")
            params += [pk for _column, ids in whose for pk in ids]
        (named, named_ids), (hidden, hidden_ids) = self.among_named(), self.not_hidden()
        return f"{' AND '.join(conditions)} {named} {hidden}", [*params, *named_ids, *hidden_ids]

    def whose(self) -> list[tuple[str, tuple[int, ...]]]:
        """The owners and the teams within reach, as (column, ids); empty: everybody."""
        if self.ends is None:
            return []
        mine = ("owner_id", self.ends.people)
        return [mine, ("team_id", self.ends.teams)] if self.ends.teams else [mine]


def among(column: str, ids: tuple[int, ...]) -> str:
    return f"d.{column} = %s" if len(ids) == 1 else f"d.{column} IN ({', '.join(['%s'] * len(ids))})"


def reaches(by: Actor, sources: Iterable[Source]) -> list[Reach]:
    """How far `by` reaches among `sources`; those out of reach are left out."""
    kinds: dict[Ends | None, list[str]] = {}
    named: dict[QuerySet, list[str]] = {}
    for source in sources:
        if (source.needs and not by.may(source.needs)) or (source.right and not by.may(source.right)):
            continue
        ends = ends_of(by, source.right) if source.right else None
        kinds.setdefault(ends, []).append(source.key)
        if ends is None:
            continue
        for further in (source.named_to, source.beside):
            if further is not None and (ids := further(by)) is not None:
                named.setdefault(ids, []).append(source.key)
    hidden = tuple(sorted(frozenset().union(*hidden_now())))
    return [
        *(Reach(ends, tuple(keys), hidden) for ends, keys in kinds.items()),
        *(Reach(None, tuple(keys), hidden, ids) for ids, keys in named.items()),
    ]


def by_title(prefix: str, within: Reach) -> list[Candidate]:
    """Docs whose title begins with `prefix`."""
    if not prefix:
        return []
    (named, named_ids), (hidden, hidden_ids) = within.among_named(), within.not_hidden()
    parts, params = [], []
    for kind in within.kinds:
        for column, ids in within.whose() or [("", ())]:
            whose, whose_ids = (f"AND {among(column, ids)}", ids) if column else ("", ())
            parts.append(
                f"SELECT * FROM (SELECT {_COLUMNS} FROM search_doc d "
                f"WHERE d.kind = %s AND d.title >= %s AND d.title < %s {whose} {named} {hidden} "
                f"ORDER BY d.title LIMIT {BY_TITLE}) AS part"
            )
            params += [kind, *prefix_range(prefix), *whose_ids, *named_ids, *hidden_ids]
    return _fetch(" UNION ALL ".join(parts), params)


# Each word of a question as the spellings that will do.
Wanted = Sequence[Sequence[str]]


def by_text(
    wanted: Wanted, within: Reach, *, have: Sequence[Candidate] = (), enough: int = 0, by_sound: bool = False
) -> list[Candidate]:
    """Docs that have every word of `wanted` in one of its spellings, the newest of each kind.

    `have` are better ones that were found before: are there `enough` of them, only those kinds are looked through of
    which there are hardly any.
    """
    wanted = [spellings for spellings in wanted if spellings]
    if not wanted:
        return []
    # Of the few rows on which a person is named the texts are read; the full text would walk through everybody's.
    has_full_text = connection.vendor == "sqlite" and storage.has_fts5() and within.named is None
    find = _full_text if has_full_text else _like
    found: list[Candidate] = []
    least = SURE_OF_EACH
    if not enough or len(have) < enough:
        # Most words are rare: all kinds at once are the quickest then, and whoever was crowded out is asked for alone.
        found = _fetch(*find(wanted, within, within.kinds, BY_TEXT, by_sound=by_sound))
        least = BY_TEXT_EACH
        if len(found) < BY_TEXT or len(within.kinds) == 1:
            return found
    there_are = Counter(each.kind for each in (*have, *found))
    each = [
        find(wanted, within, (kind,), BY_TEXT_EACH, by_sound=by_sound)
        for kind in within.kinds
        if there_are[kind] < least
    ]
    if not each:
        return found
    sql = " UNION ALL ".join(f"SELECT * FROM ({one}) AS part" for one, _params in each)
    return found + _fetch(sql, [param for _sql, params in each for param in params])


def _full_text(wanted: Wanted, within: Reach, kinds: Sequence[str], limit: int, *, by_sound: bool) -> Sql:
    """Asks the full text for pieces of three letters of each word, and looks at the rows whether they stand together.

    To ask for whole words is three times slower: the more pieces overlap, the more long lists are compared. Docs of a
    kind stand together, so that of one kind alone the lists are compared only where they tell of it.
    """
    among = "{text sound}" if by_sound else "text"
    match = [
        f"({among} : ({' OR '.join(storage.pieces(spelling, MOST_PIECES) for spelling in spellings)}))"
        for spellings in wanted
    ]
    if whose := within.whose():
        marks = {"owner_id": mark_of_owner, "team_id": mark_of_team}
        quoted = (storage.quoted(marks[column](pk)) for column, some in whose for pk in some)
        match.append(f"(reach : ({' OR '.join(quoted)}))")
    where, ids = ("f.rowid BETWEEN %s AND %s AND ", [*ids_of(kinds[0])]) if len(kinds) == 1 else ("", [])
    whole, words = _whole_words(wanted, ("d.text", "d.sound") if by_sound else ("d.text",))
    allowed, params = within.condition(kinds)
    sql = (
        f"SELECT {_COLUMNS} FROM search_doc_fts f CROSS JOIN search_doc d ON d.id = f.rowid "
        f"WHERE search_doc_fts MATCH %s AND {where} {whole} {allowed} ORDER BY f.rowid DESC LIMIT {limit}"
    )
    return sql, [" AND ".join(match), *ids, *words, *params]


def _whole_words(wanted: Wanted, columns: Sequence[str]) -> Sql:
    """That the pieces of each word stand together somewhere; a word of one piece needs no second look."""
    conditions, params = "", []
    for spellings in wanted:
        if max(map(len, spellings)) > 3:
            together = [f"instr({column}, %s) > 0" for column in columns for _spelling in spellings]
            conditions += f"({' OR '.join(together)}) AND "
            params += [spelling for _column in columns for spelling in spellings]
    return conditions, params


def _like(wanted: Wanted, within: Reach, kinds: Sequence[str], limit: int, *, by_sound: bool) -> Sql:
    """The same by LIKE, which trigram indexes of PostgreSQL answer."""
    conditions, params = [], []
    for spellings in wanted:
        columns = ("d.text", "d.sound") if by_sound else ("d.text",)
        likes = [f"{column} LIKE %s ESCAPE '!'" for column in columns for _spelling in spellings]
        conditions.append(f"({' OR '.join(likes)})")
        params += [f"%{storage.escaped(spelling)}%" for _column in columns for spelling in spellings]
    allowed, more = within.condition(kinds)
    sql = (
        f"SELECT {_COLUMNS} FROM search_doc d WHERE {' AND '.join(conditions)} AND {allowed} "
        f"ORDER BY d.id DESC LIMIT {limit}"
    )
    return sql, [*params, *more]


def _fetch(sql: str, params: list[Any]) -> list[Candidate]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [Candidate(*row) for row in cursor.fetchall()]
