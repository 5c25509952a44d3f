"""Who came into a segment and who left it: noted at night, told as far as one sees, on its page and on the card."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.actions.segments import count_segments
from kartu.clients.lists import CLIENTS
from kartu.clients.models import Client, Segment, SegmentStay
from kartu.clients.segments import following
from kartu.clients.segments.meaning import usable
from kartu.clients.tests.lists.asked import make
from kartu.records.actions import undo_changes
from kartu.records.changes import change_set
from kartu.records.lists.asking import Asking
from kartu.records.lists.kinds import Text
from kartu.records.lists.spec import Column

BANDUNG = 'city = "Bandung"'


@pytest.fixture
def three(seller, stranger) -> list[Client]:
    return [
        *make(seller, {"name": "A", "city": "Bandung"}, {"name": "B", "city": "Jakarta"}),
        *make(stranger, {"name": "C", "city": "Bandung"}),
    ]


@pytest.fixture
def bandung(owner, three) -> Segment:
    return actions.add_segment(name="From Bandung", text=BANDUNG, is_shared=True, by=owner)


def night(ago: int = 0) -> date:
    day = timezone.localdate() - timedelta(ago)
    count_segments(day)
    return day


def move_to(city: str, *clients: Client) -> None:
    for client in clients:
        Client.objects.as_system("a test").filter(pk=client.pk).update(city=city, city_key=city.lower())


def told(segment: Segment, person) -> list[tuple[str, str]]:
    asking = Asking(person)
    found = following.moves(usable(asking)[segment.pk], asking)
    return [("came" if move.has_come else "left", move.client.name) for move in found.shown]


def stays(client: Client, person) -> dict[str, date | None]:
    return {stay.segment.name: stay.since for stay in following.stays_of(client, Asking(person))}


# --- at night --------------------------------------------------------------------------------------------------------


def test_who_was_in_it_from_the_first_has_not_come_later_ones_have(bandung, three, owner):
    night(2)
    move_to("Bandung", three[1])
    move_to("Garut", three[0])
    day = night(1)

    assert sorted(told(bandung, owner)) == [("came", "B"), ("left", "A")]
    assert stays(three[1], owner) == {"From Bandung": day}
    assert stays(three[2], owner) == {"From Bandung": None}
    assert stays(three[0], owner) == {}


def test_a_night_in_which_nothing_happened_writes_no_stay(bandung, three):
    night(1)
    move_to("Garut", three[0])

    with CaptureQueriesContext(connection) as first:
        night()
    with CaptureQueriesContext(connection) as second:
        night()

    def written(queries) -> int:
        texts = [query["sql"] for query in queries if '"clients_segmentstay"' in query["sql"]]
        return sum(text.startswith(("INSERT", "UPDATE", "DELETE")) for text in texts)

    assert (written(first), written(second)) == (1, 0)


def test_only_the_differences_are_written_and_a_return_is_a_second_stay(bandung, three, owner):
    for ago, city in ((4, "Bandung"), (3, "Garut"), (2, "Bandung"), (1, "Bandung")):
        move_to(city, three[0])
        night(ago)

    rows = SegmentStay.objects.filter(client_id=three[0].pk).order_by("pk").values_list("since", "until")
    today = timezone.localdate()
    assert list(rows) == [(None, today - timedelta(3)), (today - timedelta(2), None)]


def test_another_condition_begins_anew(bandung, three, owner):
    night(2)
    actions.change_segment(segment=bandung, name="From Jakarta", text='city = "Jakarta"', is_shared=True, by=owner)
    asking = Asking(owner)
    assert following.moves(usable(asking)[bandung.pk], asking) is None

    night(1)

    assert told(bandung, owner) == []
    assert stays(three[1], owner) == {"From Jakarta": None}
    assert stays(three[0], owner) == {}


def test_another_name_begins_nothing(bandung, three, owner):
    night(2)
    actions.change_segment(segment=bandung, name="Bandung", text=BANDUNG, is_shared=True, by=owner)
    move_to("Garut", three[0])
    night(1)

    assert told(bandung, owner) == [("left", "A")]


def test_a_large_one_is_not_followed_and_begins_when_it_is_small(bandung, three, owner, monkeypatch):
    night(3)
    monkeypatch.setattr("kartu.clients.actions.segments.MOST_FOLLOWED", 1)
    night(2)
    asking = Asking(owner)
    assert following.moves(usable(asking)[bandung.pk], asking).watch.is_too_large
    assert not SegmentStay.objects.exists()
    assert bandung.sizes.latest("day").count == 2

    move_to("Garut", three[2])
    night(1)

    assert stays(three[0], owner) == {"From Bandung": None}


def test_a_killed_night_goes_on_where_it_was(bandung, three, seller, owner, monkeypatch):
    make(seller, *({"name": f"Z{number}", "city": "Bandung"} for number in range(5)))
    monkeypatch.setattr(following, "LOT", 2)
    real, calls = following.chunk, []

    def dying():
        calls.append(1)
        if len(calls) == 4:  # the size, two lots, and no more
            raise KeyboardInterrupt
        return real()

    monkeypatch.setattr(following, "chunk", dying)
    with pytest.raises(KeyboardInterrupt):
        night(1)
    assert 0 < SegmentStay.objects.count() < 7
    night(1)

    assert SegmentStay.objects.filter(until=None).count() == 7
    assert told(bandung, owner) == []


def test_what_ended_long_ago_and_what_belongs_to_nothing_is_dropped(bandung, three):
    night(1)
    long_ago = timezone.localdate() - following.KEPT - timedelta(1)
    for segment_id, until in ((bandung.pk, long_ago), (bandung.pk, timezone.localdate()), (bandung.pk + 99, None)):
        SegmentStay.objects.create(segment_id=segment_id, client_id=7, since=long_ago, until=until)

    night()

    assert list(SegmentStay.objects.filter(client_id=7).values_list("segment_id", "until")) == [
        (bandung.pk, timezone.localdate())
    ]


# --- merged, in the trash, gone --------------------------------------------------------------------------------------


@pytest.fixture
def named(owner, three) -> Segment:
    return actions.add_segment(name="By name", text='name in ("A", "C")', is_shared=True, by=owner)


def test_who_goes_to_the_trash_has_left_and_comes_back_out_of_it(named, three, owner):
    night(3)
    actions.trash_client(client=three[0], by=owner)
    assert told(named, owner) == []
    night(2)
    assert told(named, owner) == []  # it is out of sight, with its name

    actions.restore_client(client=three[0], by=owner)
    night(1)

    assert sorted(told(named, owner)) == [("came", "A"), ("left", "A")]


def test_a_card_that_is_merged_has_left_and_comes_when_the_two_are_parted(named, three, owner):
    night(3)
    with change_set("edit", "Merged", by=owner) as changes:
        actions.merge_clients(client=three[1], other=three[0], by=owner)
    night(2)
    assert told(named, owner) == []
    assert SegmentStay.objects.get(client_id=three[0].pk).until == timezone.localdate() - timedelta(2)

    undo_changes(changes=changes, by=owner)
    day = night(1)

    assert sorted(told(named, owner)) == [("came", "A"), ("left", "A")]
    assert stays(three[0], owner) == {"By name": day}


# --- who is told -----------------------------------------------------------------------------------------------------


def test_each_is_told_of_the_clients_that_he_sees(bandung, three, owner, seller, stranger):
    night(2)
    move_to("Garut", three[0], three[2])
    move_to("Bandung", three[1])
    night(1)

    assert sorted(told(bandung, seller)) == [("came", "B"), ("left", "A")]
    assert told(bandung, stranger) == [("left", "C")]
    asking = Asking(stranger)
    found = following.moves(usable(asking)[bandung.pk], asking)
    assert (found.came, found.left) == (0, 1)


@pytest.mark.parametrize("text", ["responsible != me", "favourite", "not favourite"])
def test_what_is_the_keepers_alone_is_told_to_nobody_else(text, three, owner, seller):
    segment = actions.add_segment(name="Mine", text=text, is_shared=True, by=owner)
    night(1)
    asking = Asking(seller)

    assert following.moves(usable(asking)[segment.pk], asking) is None
    assert stays(three[0], seller) == {}
    keeper = Asking(owner)
    assert following.moves(usable(keeper)[segment.pk], keeper) is not None


def test_a_segment_over_a_hidden_column_is_not_on_the_card(three, owner, seller, monkeypatch, client):
    column = Column("secret", "Secret", Text(shown="about"), field="about", right="clients.access_log")
    monkeypatch.setitem(CLIENTS.by_key, "secret", column)
    actions.add_segment(name="Telling", text="secret is empty", is_shared=True, by=owner)
    night(1)
    client.force_login(seller)

    assert stays(three[0], seller) == {}
    page = client.get(f"/clients/{three[0].pk}/segments/", headers={"HX-Request": "true"})
    assert "Telling" not in page.content.decode()
    assert set(stays(three[0], owner)) == {"Telling"}


# --- pages -----------------------------------------------------------------------------------------------------------


def test_the_page_of_a_segment_tells_who_came_and_left(bandung, three, seller, client):
    night(2)
    move_to("Garut", three[0])
    night(1)
    client.force_login(seller)

    page = client.get(f"/clients/segments/{bandung.pk}/").content.decode()

    assert "0 came in and 1 went out" in page and f'href="/clients/{three[0].pk}/"' in page


def test_the_card_tells_frozen_ones_too(bandung, three, owner, client):
    frozen = actions.freeze_segment(segment=bandung, by=owner)
    night(1)

    found = stays(three[0], owner)

    assert found == {"From Bandung": None, frozen.name: frozen.frozen_on}
    client.force_login(owner)
    page = client.get(f"/clients/{three[0].pk}/segments/", headers={"HX-Request": "true"}).content.decode()
    assert "From Bandung" in page and "for long" in page


def test_both_ask_the_same_however_many_there_are(bandung, three, seller, owner, client):
    client.force_login(owner)
    night(2)

    def queries(url: str) -> int:
        client.get(url, headers={"HX-Request": "true"})
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url, headers={"HX-Request": "true"}).status_code == 200
        return len([query for query in captured if "security_viewrow" not in query["sql"]])

    urls = [f"/clients/{three[0].pk}/segments/", f"/clients/segments/{bandung.pk}/"]
    few = [queries(url) for url in urls]
    for number in range(5):
        actions.add_segment(name=f"S{number}", text=BANDUNG, by=owner)
    make(seller, *({"name": f"Z{number}", "city": "Bandung"} for number in range(9)))
    night(1)

    assert [queries(url) <= count + 1 for url, count in zip(urls, few, strict=True)] == [True, True]


def test_who_was_in_it_by_a_former_condition_is_not_told_under_the_new_one(bandung, three, owner, seller):
    night(1)
    assert "From Bandung" in stays(three[0], seller)

    actions.change_segment(segment=bandung, name="From Bandung", text='name contains "a"', is_shared=True, by=owner)
    assert stays(three[0], seller) == {}

    night()
    assert stays(three[0], seller) == {"From Bandung": None}


def test_what_nobody_follows_any_more_is_told_by_nobody(bandung, three, owner, seller):
    night(1)
    type(owner).objects.filter(pk=owner.pk).update(is_active=False)

    night()

    assert not SegmentStay.objects.filter(segment_id=bandung.pk).exists()
    assert stays(three[0], seller) == {}
