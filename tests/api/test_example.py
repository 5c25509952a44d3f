"""The client of docs/examples against a real server: what the docs promise is what happens."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from kartu.clients.models import Client
from kartu.security.models import AuditRow
from kartu.security.tokens import make_token

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "kartu_client.py"
RIGHTS = ["clients.view", "clients.create", "clients.change", "clients.bulk", "clients.phones", "clients.touches"]


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("kartu_client", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def kartu(live_server, head, example):
    token, text = make_token(person=head, name="our site", rights=RIGHTS)
    return example.Kartu(live_server.url, text)


def test_it_adds_finds_changes_and_is_told_of_a_conflict(kartu, example, head):
    made = kartu.add_client(name="PT Sinar", phone="0812 3456 789", key="order 1")
    again = kartu.add_client(name="PT Sinar", phone="0812 3456 789", key="order 1")
    kartu.log_touch(made["id"], text="Ordered on our site")
    changed = kartu.change_client(made, about="Pumps")

    assert again == made
    assert (made["phone"], changed["about"]) == ("+628123456789", "Pumps")
    with pytest.raises(example.KartuError) as refused:
        kartu.change_client(made, about="Boats")
    assert (refused.value.status, refused.value.code) == (409, "conflict")
    assert "Pumps" in refused.value.fields["about"][0]
    assert AuditRow.objects.filter(object_type="clients.client", actor_id=head.pk).count() == 2


def test_it_walks_all_pages(kartu):
    kartu.add_clients([{"name": f"Toko {number:02}"} for number in range(7)])

    names = [client["name"] for client in kartu.clients("name:has:toko", sort="-name", page=3)]

    assert names == [f"Toko {number:02}" for number in reversed(range(7))]
    assert Client.objects.as_system("a test").count() == 7


def test_it_tells_which_field_was_wrong(kartu, example):
    with pytest.raises(example.KartuError) as refused:
        kartu.add_clients([{"name": "Toko"}, {"name": "Toko", "phone": "not a number"}])

    assert refused.value.status == 422
    assert list(refused.value.fields) == ["items.1.phone"]
    assert not Client.objects.as_system("a test").exists()


def test_it_waits_when_it_is_told_to(kartu, example, settings, monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr(example.time, "sleep", waited.append)
    settings.CALLS_PER_MINUTE = 2
    kartu.add_client(name="A")
    kartu.add_client(name="B")

    with pytest.raises(example.KartuError) as refused:
        kartu.add_client(name="C")

    assert (refused.value.status, refused.value.code) == (429, "too_many")
    assert [each for each in waited if each > 1] == [30, 30]


def test_without_a_good_token_it_is_told_so(live_server, example, owner):
    with pytest.raises(example.KartuError) as refused:
        example.Kartu(live_server.url, "kartu_1_" + "x" * 43).get("me")

    assert (refused.value.status, refused.value.code) == (401, "token")
