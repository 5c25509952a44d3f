"""Filters by a part of a text, which the pieces of three letters answer: the same rows as a look at every one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kartu.clients.lists import PIECES
from kartu.clients.models import Client, Status
from kartu.clients.tests.lists.asked import SYSTEM, find, make, question
from kartu.core.text import digits, plain
from kartu.records.lists import finding
from kartu.records.lists.asking import Asking
from kartu.records.lists.conditions import quote
from kartu.records.lists.finding import Finding
from kartu.search import storage
from kartu.security.audit import acting_as

NOW = timezone.now()
TEXTS = st.text(st.sampled_from("abAB ёЁé%_\"'!*:^-()0Ж字😀"), min_size=1, max_size=9)
NUMBERS = st.text(st.sampled_from("0123"), min_size=1, max_size=6)
SLOW_IS_FINE = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(params=["as reckoned", "sorting"])
def way(request, monkeypatch) -> None:
    if request.param == "sorting":
        monkeypatch.setattr(Finding, "gathered", lambda self, order: None)
        monkeypatch.setattr(finding, "cost_of_walking", lambda *args: float("inf"))


def all_ids(query: str, person) -> set[int]:
    asked = Finding(question(query, person), Asking(person))
    ids = set(asked.page(1000).ids)
    assert asked.count == len(ids)
    return ids


def rename(client: Client, name: str) -> None:
    client = Client.objects.as_system("a test").get(pk=client.pk)
    with acting_as(SYSTEM):
        client.name = name
        client.save()


@SLOW_IS_FINE
@given(names=st.lists(TEXTS, min_size=1, max_size=12), renamed=TEXTS, part=TEXTS, number=NUMBERS)
def test_a_part_is_found_wherever_it_stands(names, renamed, part, number, owner, seller, way):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM clients_client")
    clients = make(seller, *({"name": name, "phone": f"+620{at}123{at}"} for at, name in enumerate(names)))
    rename(clients[0], renamed)
    rows = list(Client.objects.as_system("a test").all())

    assert all_ids(f"f=name:has:{quote(quote(part, safe=''))}", owner) == {
        row.pk for row in rows if plain(part) in row.name_key
    }
    by_number = {row.pk for row in rows if digits(number) in row.phone}
    assert all_ids(f"f=phone:has:{number}", owner) == by_number
    assert all_ids(f"f=phone:has:{number}|name:has:zzz", owner) == by_number
    both = {row.pk for row in rows if row.pk in by_number and "a" in row.name_key}
    assert all_ids(f"f=phone:has:{number}&f=name:has:a", owner) == both


def test_the_pieces_are_asked_and_kept_by_triggers(owner, seller):
    (client,) = make(seller, {"name": "PT Sinar"})
    asked = find("f=name:has:sinar", owner)
    assert asked.count == 1
    if connection.vendor != "sqlite":  # which chooses its indexes by itself
        assert asked.counts.units[0].hint is None
        assert not {f"clients_client_{column}_trgm" for column in PIECES.columns} & set(storage.missing())
        return
    assert PIECES.fts in str(asked.counts.units[0].hint)

    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {PIECES.fts}_update")
    rename(client, "CV Bulan")
    assert find("f=name:has:bulan", owner).count == 0, "something else than the pieces has told"

    storage.install()
    assert find("f=name:has:bulan", owner).count == 1


def test_without_full_text_parts_are_found_all_the_same(owner, seller, monkeypatch):
    monkeypatch.setattr(storage, "has_fts5", lambda: False)
    make(seller, {"name": "PT Sinar"}, {"name": "CV Bulan"})

    assert find("f=name:has:sinar", owner).count == 1


SORTS = ("name", "-name", "city", "-last_touch", "status", "-status", "responsible", "phone")


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("cap", [3, 100])
def test_what_is_looked_at_once_stands_as_it_does_page_by_page(sort, cap, owner, seller, monkeypatch):
    statuses = [Status.objects.create(name=name) for name in ("Active", "Lost")]
    make(seller, *(variety(number, statuses) for number in range(12)))
    make(owner, *(variety(number, statuses) for number in range(12)))
    monkeypatch.setattr(finding, "CAP", cap)
    asked = f"f=name:has:sinar&s={sort}"

    for person in (owner, seller):
        at_once = find(asked, person).page(10)
        monkeypatch.setattr(Finding, "gathered", lambda self, order: None)
        assert at_once == find(asked, person).page(10)
        monkeypatch.undo()
        monkeypatch.setattr(finding, "CAP", cap)


def variety(number: int, statuses: list[Status]) -> dict:
    """A client whose values are often the same, often missing."""
    values = {"name": f"Sinar {number % 4}", "city": ("", "Bandung", "Ёбург")[number % 3]}
    if number % 3:
        values["status"] = statuses[number % 2]
    if number % 5:
        values["last_touch_at"] = NOW - timedelta(days=number % 4, microseconds=number)
    return values
