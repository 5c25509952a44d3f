"""Queries that are put together once: who asks next sees what it may see, not what the one before saw."""

import pytest

from kartu.clients.lists import CLIENTS
from kartu.clients.models import Client
from kartu.clients.tests.lists.asked import make
from kartu.records import ready
from kartu.records.lists.asking import Asking
from kartu.records.lists.keeping import views_of
from kartu.records.lists.rows import read_rows
from kartu.records.models import SavedView
from kartu.security import rows
from kartu.security.audit import acting_as

COLUMNS = CLIENTS.columns[:3]


def shown(ids: list[int], person) -> list[str]:
    return [row.name for row in read_rows(CLIENTS, COLUMNS, ids, Asking(person))]


def test_each_person_sees_its_own_rows_by_the_same_query(owner, seller, stranger):
    mine, theirs = make(seller, {"name": "Mine"})[0], make(stranger, {"name": "Theirs"})[0]
    ids = [theirs.pk, mine.pk]

    for _again in range(2):
        assert shown(ids, owner) == ["Theirs", "Mine"]
        assert shown(ids, seller) == ["Mine"]
        assert shown(ids, stranger) == ["Theirs"]


def test_an_import_that_begins_is_hidden_from_a_query_that_stands(owner, seller, monkeypatch):
    (client,) = make(seller, {"name": "Sinar", "batch_id": 7})
    hidden: set[int] = set()
    monkeypatch.setattr(rows, "hidden_batches", batches := [lambda: frozenset(hidden)])
    monkeypatch.setattr(ready, "hidden_batches", batches)
    assert shown([client.pk], owner) == ["Sinar"]

    hidden.add(7)

    assert shown([client.pk], owner) == []


def test_views_kept_by_another_are_not_among_mine(owner, seller):
    with acting_as(seller):
        SavedView(list_key="clients", name="Of Sari", person=seller).save()

    for _again in range(2):
        assert "Of Sari" in [view.label for view in views_of(CLIENTS, seller)]
        assert "Of Sari" not in [view.label for view in views_of(CLIENTS, owner)]


def test_a_query_is_put_together_once_and_filled_in_each_time(owner, seller):
    one, two = make(seller, {"name": "One"}, {"name": "Two"})
    key = "a test of this very name"

    def by_id():
        return Client.objects.visible_to(owner).filter(pk__in=[ready.place(0), ready.place(1)]).values_list("name")

    assert ready.asked(key, by_id, [one.pk, 0]) == [("One",)]
    assert ready.asked(key, lambda: pytest.fail("put together again"), [0, two.pk]) == [("Two",)]


def test_what_nobody_may_see_is_not_asked_for(owner):
    assert ready.asked("nothing at all", lambda: Client.objects.none().values_list("pk")) == []


def test_an_unguarded_query_does_not_get_ready():
    with pytest.raises(rows.Unguarded):
        ready.asked("an unguarded one", lambda: Client.objects.values_list("pk"))


def test_old_queries_make_room(owner, monkeypatch):
    monkeypatch.setattr(ready, "KEPT", 2)
    for number in range(5):
        ready.asked(("room", number), lambda: Client.objects.visible_to(owner).values_list("pk"))

    assert len(ready._kept) == 2
