"""Queries that are put together once: who asks next sees what it may see, not what the one before saw."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from kartu.clients.lists import CLIENTS
from kartu.clients.models import Client, Status
from kartu.clients.tests.lists.asked import find, make, names, question
from kartu.core.testing.people import person
from kartu.records.lists.asking import Asking
from kartu.records.lists.finding import Finding
from kartu.records.lists.keeping import views_of
from kartu.records.lists.rows import read_rows
from kartu.records.models import SavedView
from kartu.security import prepared, rows
from kartu.security.audit import acting_as

COLUMNS = CLIENTS.columns[:3]
NOW = timezone.now()


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
    monkeypatch.setattr(prepared, "hidden_batches", batches)
    assert shown([client.pk], owner) == ["Sinar"]

    hidden.add(7)

    assert shown([client.pk], owner) == []


def test_views_kept_by_another_are_not_among_mine(owner, seller):
    with acting_as(seller):
        SavedView(list_key="clients", name="Of Sari", person=seller).save()

    for _again in range(2):
        assert "Of Sari" in [view.label for view in views_of(CLIENTS, seller)]
        assert "Of Sari" not in [view.label for view in views_of(CLIENTS, owner)]


def test_the_same_question_on_another_day_is_another_query(owner, seller):
    make(seller, {"name": "Sinar", "last_touch_at": NOW})
    asked = question("f=last_touch:last:1", owner)

    assert Finding(asked, Asking(owner)).count == 1
    assert Finding(asked, Asking(owner, NOW + timedelta(days=5))).count == 0


def test_the_same_question_in_another_time_zone_is_another_query(owner, seller):
    make(seller, {"name": "Sinar", "last_touch_at": datetime(2026, 5, 1, 23, tzinfo=UTC)})
    asked, asking = question("f=last_touch:is:2026-05-02", owner), Asking(owner, datetime(2026, 5, 3, 12, tzinfo=UTC))
    with timezone.override("UTC"):
        assert Finding(asked, asking).count == 0

    with timezone.override("Asia/Jakarta"):  # where it was the morning of the next day
        assert Finding(asked, asking).count == 1


def test_me_is_whoever_asks_though_both_reach_the_same(owner):
    other = person("owner")
    make(other, {"name": "Of the other"})
    make(owner, {"name": "Of the owner"})

    for _again in range(2):
        assert names("f=responsible:any:me", owner) == ["Of the owner"]
        assert names("f=responsible:any:me", other) == ["Of the other"]


def test_a_page_that_stands_leaves_out_what_an_import_begins(owner, seller, monkeypatch):
    make(seller, {"name": "Sinar"}, {"name": "Sinar Baru", "batch_id": 7})
    begun: set[int] = set()
    monkeypatch.setattr(rows, "hidden_batches", batches := [lambda: frozenset(begun)])
    monkeypatch.setattr(prepared, "hidden_batches", batches)
    assert (find("f=name:has:sinar", owner).count, names("f=name:has:sinar", owner)) == (2, ["Sinar", "Sinar Baru"])

    begun.add(7)

    assert (find("f=name:has:sinar", owner).count, names("f=name:has:sinar", owner)) == (1, ["Sinar"])


def test_a_status_that_is_new_has_its_place_in_a_sort_that_stands(owner, seller):
    first = Status.objects.create(name="First", position=1)
    make(seller, {"name": "A", "status": first})
    assert names("s=status", owner) == ["A"]

    make(seller, {"name": "B", "status": Status.objects.create(name="Before it", position=0)})

    assert names("s=status", owner) == ["B", "A"]


def test_the_same_page_is_put_together_once(owner, seller, monkeypatch):
    make(seller, {"name": "Sinar", "city": "Bandung"})
    assert names("f=city:any:bandung&s=-name", owner) == ["Sinar"]
    monkeypatch.setattr(Finding, "rows", property(lambda self: pytest.fail("put together again")))

    assert find("f=city:any:bandung&s=-name", owner).page().ids


def test_a_query_is_put_together_once_and_filled_in_each_time(owner, seller):
    one, two = make(seller, {"name": "One"}, {"name": "Two"})
    key = "a test of this very name"

    def by_id():
        return Client.objects.visible_to(owner).filter(pk__in=prepared.PLACES[:2]).values_list("name")

    assert prepared.asked(key, by_id, [one.pk, 0]) == [("One",)]
    assert prepared.asked(key, lambda: pytest.fail("put together again"), [0, two.pk]) == [("Two",)]


def test_a_number_that_no_row_can_have_finds_nothing(owner):
    def by_id():
        return Client.objects.visible_to(owner).filter(pk=prepared.place(0)).values_list("name")

    assert prepared.asked("by number", by_id, [10**30]) == []


def test_a_query_that_leaves_a_value_out_is_refused(db):
    with pytest.raises(ValueError, match="Not all 1 values"):
        prepared.asked("forgetful", lambda: Client.objects.as_system("a test").filter(name="").values_list("pk"), [5])


def test_what_nobody_may_see_is_not_asked_for(owner):
    assert prepared.asked("nothing at all", lambda: Client.objects.none().values_list("pk")) == []


def test_an_unguarded_query_does_not_get_ready():
    with pytest.raises(rows.Unguarded):
        prepared.asked("an unguarded one", lambda: Client.objects.values_list("pk"))


def test_old_queries_make_room(owner, monkeypatch):
    monkeypatch.setattr(prepared, "KEPT", 2)
    for number in range(5):
        prepared.asked(("room", number), lambda: Client.objects.visible_to(owner).values_list("pk"))

    assert len(prepared._kept) == 2
