"""The ids of docs: those of a kind stand together, and SQLite's full text bears them."""

import importlib
import sqlite3
from contextlib import closing
from itertools import pairwise
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from kartu.search import storage
from kartu.search.checking import problems
from kartu.search.find import find
from kartu.search.models import Doc
from kartu.search.sources import sources
from kartu.search.writing import NUMBERS, OBJECTS, doc_id, ids_of, number_of


def test_kinds_have_numbers_of_their_own():
    kinds = {"client", "contact", "touch", *(source.key for source in sources)}

    assert len({number_of(kind) for kind in kinds}) == len(kinds)
    spans = sorted(map(ids_of, kinds))
    assert all(high < low for (_low, high), (low, _high) in pairwise(spans))
    assert all(low <= doc_id(kind, 1_000_000) <= high for kind in kinds for low, high in [ids_of(kind)])


def lost(first_ids: list[int]) -> bool:
    """Whether a full text whose rows are numbered from each of `first_ids` on loses some when it is read backwards."""
    with closing(sqlite3.connect(":memory:")) as own:
        own.execute("CREATE VIRTUAL TABLE full USING fts5(t, content='', tokenize='trigram case_sensitive 1')")
        for first in first_ids:
            rows = ((first + at, f" abc {at % 300:03} xyz") for at in range(30_000))
            own.executemany("INSERT INTO full (rowid, t) VALUES (?, ?)", rows)
        own.execute("INSERT INTO full (full) VALUES ('optimize')")
        asked = 'SELECT rowid FROM full WHERE full MATCH \'"abc" AND "xyz" AND "123"\' ORDER BY rowid'
        forwards, backwards = (own.execute(asked + way).fetchall() for way in ("", " DESC"))
        return forwards != backwards[::-1]


@pytest.mark.skipif(not storage.has_fts5(), reason="this Python's SQLite has no full text")
def test_the_full_text_loses_none_of_them_when_it_is_read_backwards():
    largest = (NUMBERS + 1) * OBJECTS

    assert largest < 2**56
    assert not lost([ids_of(kind)[0] for kind in ("client", "contact", "touch")])
    assert not lost([largest - 100_000])


@pytest.mark.parametrize("kind", ["card", "note"])
def test_ids_of_before_are_made_anew(cards, owner, kind):
    """As the migration finds an index that was written before ids told their kind."""
    migration = importlib.import_module("kartu.search.migrations.0002_ids_by_kind")
    for name in ("Sinar", "Sinar Baru"):
        cards.note(cards.add(name, of=owner), f"{name} called")
    before = list(Doc.objects.order_by("pk").values())
    with connection.cursor() as cursor:
        for at, row in enumerate(before):
            cursor.execute(
                "UPDATE search_doc SET id = %s, reach = %s WHERE id = %s", [at + 1, "{x}" + row["reach"], row["id"]]
            )

    migration.number(apps, SimpleNamespace(connection=connection))
    storage.install()

    assert list(Doc.objects.order_by("pk").values()) == before
    assert problems() == []
    assert len(find("sinar", by=owner, kinds=[kind])[0].found) == 2
