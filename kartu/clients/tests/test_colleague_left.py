"""Clients whose colleague works here no more are found: in the list, in a segment, by the ready ones."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.lists import CLIENTS
from kartu.clients.models import Client
from kartu.clients.segments.ready import READY
from kartu.clients.tests.lists.asked import find, make
from kartu.core.actors import System
from kartu.firm.actions import people
from kartu.records.lists.asking import Asking
from kartu.records.lists.rows import read_rows

LEFT = "f=colleague_left:"


@pytest.fixture
def firm(owner, seller, stranger) -> list[Client]:
    actions.add_client(name="D", by=System("a client that nobody looks after"))
    return [*make(seller, {"name": "A"}, {"name": "B"}), *make(stranger, {"name": "C"})]


def names(query: str, person) -> list[str]:
    return sorted(find(query, person).rows.values_list("name", flat=True))


def test_they_are_found_as_soon_as_the_access_is_closed(firm, owner, seller):
    assert names(f"{LEFT}yes", owner) == []

    people.close_access(person=seller, by=owner)

    assert names(f"{LEFT}yes", owner) == ["A", "B"]
    assert names(f"{LEFT}no", owner) == ["C", "D"]
    people.open_access(person=seller, by=owner)
    assert names(f"{LEFT}yes", owner) == []


def test_the_column_says_yes_and_one_sees_only_his_own(firm, owner, seller, stranger, client):
    people.close_access(person=seller, by=owner)
    client.force_login(owner)

    page = client.get(f"/clients/?{LEFT}yes").content.decode()
    column = CLIENTS.by_key["colleague_left"]
    rows = read_rows(CLIENTS, [column], [row.pk for row in firm], Asking(owner))

    assert "Colleague has left" in page
    assert [column.kind.value(row, column.field) for row in rows] == ["yes", "yes", ""]
    assert names(f"{LEFT}yes", stranger) == []


def test_bought_often_silent_and_the_colleague_gone_is_one_click_and_the_same_by_hand(firm, owner, seller, client):
    long_ago = timezone.now() - timedelta(days=100)
    for client_row, calls in ((firm[0], 4), (firm[1], 2)):
        for _call in range(calls):
            actions.log_touch(client=client_row, kind="call", text="x", at=long_ago, by=seller)
    people.close_access(person=seller, by=owner)
    client.force_login(owner)
    lines = {
        "gr": "all", "kr_0": "calls.count", "dr_0": "365", "or_0": "more", "vr_0": "3", "kr_1": "touches.last",
        "or_1": "older", "vr_1": "90", "kr_2": "colleague_left", "or_2": "yes",
    }  # fmt: skip

    built = client.get("/clients/segments/build/", lines)
    ready = client.get("/clients/segments/new/?ready=lost_sight")

    assert built.context["given"] == ready.context["given"] == READY["lost_sight"].text
    assert "finds 1" in built.content.decode()
    segment = actions.add_segment(name="Lost", text=built.context["given"], by=owner)
    assert names(f"f=segment:any:{segment.pk}", owner) == ["A"]
