"""Segments, own sections, duplicates and the log of a client by /api/v1: as on the screen, with its rights."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kartu.clients import actions
from kartu.clients.actions.segments import count_segments
from kartu.clients.duplicates.search import search
from kartu.clients.models import Client, ClientRow, Segment
from kartu.records.custom import actions as shaping
from tests.api.calls import Calls


@pytest.fixture
def calls(seller) -> Calls:
    return Calls(seller)


@pytest.fixture
def sinar(seller) -> Client:
    return actions.add_client(name="PT Sinar", phone="0812 3456 789", by=seller)


# --- segments --------------------------------------------------------------------------------------------------------


def test_a_segment_is_kept_asked_changed_frozen_and_removed(calls, sinar, seller):
    actions.add_address(client=actions.add_client(name="Toko", by=seller), city="Garut", by=seller)

    made = calls("POST", "segments", {"name": "No city", "text": "city is empty"}).json()
    who = calls.get(f"segments/{made['id']}/clients")
    frozen = calls("POST", f"segments/{made['id']}/freeze").json()
    changed = calls("PATCH", f"segments/{made['id']}", {"text": 'city = "Garut"', "version": made["version"]}).json()

    assert ([each["name"] for each in who["items"]], who["count"]) == (["PT Sinar"], 1)
    assert (frozen["source_id"], calls.get(f"segments/{frozen['id']}")["count"]) == (made["id"], 1)
    assert [each["name"] for each in calls.get(f"segments/{made['id']}/clients")["items"]] == ["Toko"]
    assert (changed["name"], calls.get(f"segments/{made['id']}")["text"]) == ("No city", changed["text"])
    assert calls("DELETE", f"segments/{made['id']}").status_code == 204
    assert [each["id"] for each in calls.get("segments")] == [frozen["id"]]


def test_a_segment_that_somebody_changed_meanwhile_is_a_conflict(calls, seller):
    made = calls("POST", "segments", {"name": "No city", "text": "city is empty"}).json()
    segment = Segment.objects.visible_to(seller).get()
    actions.change_segment(segment=segment, name="Nowhere", text=segment.text, is_shared=False, by=seller)

    answer = calls("PATCH", f"segments/{made['id']}", {"name": "Mine", "version": made["version"]})

    assert (answer.status_code, list(answer.json()["fields"])) == (409, ["version"])
    assert Segment.objects.visible_to(seller).get().name == "Nowhere"


def test_who_is_in_a_shared_segment_is_told_as_far_as_one_sees(calls, head, owner, stranger, sinar):
    made = actions.add_segment(name="No city", text="city is empty", is_shared=True, by=owner)
    theirs = Calls(stranger)

    assert calls.get(f"segments/{made.pk}")["count"] == 1
    assert theirs.get(f"segments/{made.pk}")["count"] == 0
    assert theirs.get(f"segments/{made.pk}/clients")["items"] == []
    assert (theirs("DELETE", f"segments/{made.pk}").status_code, Segment.objects.visible_to(owner).count()) == (404, 1)


def test_a_segment_that_asks_for_what_is_hidden_is_not_there(calls, owner, sinar):
    section = shaping.add_section(entity="clients.client", kind="fields", name="Machines", by=owner)
    margin = shaping.add_field(section=section, type="decimal", name="Margin", see_roles=[owner.role_id], by=owner)
    made = actions.add_segment(name="Good ones", text=f"f{margin.pk} > 30", is_shared=True, by=owner)

    hidden = calls("POST", "segments", {"name": "X", "text": f"f{margin.pk} > 30"})
    unknown = calls("POST", "segments", {"name": "X", "text": f"f{margin.pk + 77} > 30"})

    assert calls.get("segments") == []
    for path in (f"segments/{made.pk}", f"segments/{made.pk}/clients"):
        assert calls("GET", path).content == calls("GET", path.replace(str(made.pk), "999999")).content
    assert (hidden.status_code, list(hidden.json()["fields"])) == (422, ["text"])
    assert hidden.content.replace(b"f%d" % margin.pk, b"f%d" % (margin.pk + 77)) == unknown.content
    assert Calls(owner).get("segments")[0]["id"] == made.pk


def test_who_came_and_left_is_told_as_on_the_page(calls, owner, stranger, sinar, seller):
    made = actions.add_segment(name="Named", text="birthday is not empty", is_shared=True, by=owner)
    assert calls.get(f"segments/{made.pk}/moves")["since"] is None
    today = timezone.localdate()
    count_segments(today - timedelta(1))
    actions.change_client(client=sinar, values={"birthday": today}, by=seller)
    count_segments(today)

    found, theirs = calls.get(f"segments/{made.pk}/moves"), Calls(stranger).get(f"segments/{made.pk}/moves")

    told = {"night": str(today), "client": {"id": sinar.pk, "name": "PT Sinar"}, "has_come": True}
    assert (found["came"], found["left"], found["items"]) == (1, 0, [told])
    assert (theirs["came"], theirs["items"]) == (0, [])
    [stay] = calls.get(f"clients/{sinar.pk}/segments")
    assert stay == {"segment": {"id": made.pk, "name": "Named"}, "since": str(today)}


@pytest.mark.parametrize("path", ["segments", "sections", "duplicates"])
def test_lists_ask_the_same_however_many_there_are(path, head, owner, seller):
    calls, asked = Calls(head), []
    for number in (1, 3):
        for each in range(number):
            actions.add_segment(name=f"{number} {each}", text="city is empty", is_shared=True, by=owner)
            section = shaping.add_section(entity="clients.client", kind="fields", name=f"{number} {each}", by=owner)
            shaping.add_field(section=section, type="text", name="Model", by=owner)
            for _time in range(2):
                actions.add_client(name=f"PT Kembar {number} {each}", phone=f"0812 3456 7{number}{each}", by=seller)
        search()
        calls.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert calls.get(path)
        asked.append(len(queries))

    assert asked[0] == asked[1]


# --- the firm's own sections -----------------------------------------------------------------------------------------


@pytest.fixture
def pets(owner) -> dict[str, int]:
    table = shaping.add_section(entity="clients.client", kind="table", name="Pets", by=owner)
    name = shaping.add_field(section=table, type="text", name="Pet", by=owner)
    cost = shaping.add_field(section=table, type="decimal", name="Cost", see_roles=[owner.role_id], by=owner)
    return {"table": table.pk, "name": name.pk, "cost": cost.pk}


def test_sections_tell_what_there_is_to_be_sent_to_whom(calls, owner, pets):
    [table] = calls.get("sections")

    assert (table["id"], table["kind"], table["of"]) == (pets["table"], "table", "clients.client")
    assert [field["name"] for field in table["fields"]] == ["Pet"]
    assert [field["name"] for field in Calls(owner).get("sections")[0]["fields"]] == ["Pet", "Cost"]


def test_rows_of_a_table_are_added_changed_and_removed(calls, sinar, pets):
    name = str(pets["name"])
    made = calls("POST", f"clients/{sinar.pk}/rows", {"section_id": pets["table"], "custom": {name: "Rex"}}).json()
    path = f"clients/{sinar.pk}/rows/{made['id']}"

    first = calls("PATCH", path, {"custom": {name: "Max"}, "version": made["version"]})
    second = calls("PATCH", path, {"custom": {name: "Bob"}, "version": made["version"]})

    assert (first.status_code, second.status_code) == (200, 409)
    assert [row["custom"] for row in calls.get(f"clients/{sinar.pk}/rows")] == [{name: "Max"}]
    assert calls("DELETE", path).status_code == 204
    assert calls.get(f"clients/{sinar.pk}/rows") == []


def test_a_hidden_column_of_a_table_is_neither_told_nor_written(calls, owner, sinar, pets):
    name, cost = str(pets["name"]), str(pets["cost"])
    values = {f"custom.{name}": "Rex", f"custom.{cost}": "12"}
    row = actions.add_row(client=sinar, section_id=pets["table"], values=values, by=owner)
    path = f"clients/{sinar.pk}/rows"

    answers = [
        calls("POST", path, {"section_id": pets["table"], "custom": {key: "1"}}).json() for key in (cost, "999999")
    ]

    assert calls.get(path)[0]["custom"] == {name: "Rex"}
    assert calls.get(f"{path}/{row.pk}")["custom"] == {name: "Rex"}
    assert [answer["fields"] for answer in answers] == [
        {f"custom.{key}": ["There is no such field"]} for key in (cost, "999999")
    ]
    assert calls("DELETE", f"{path}/{row.pk}").status_code == 403
    assert ClientRow.objects.visible_to(owner).count() == 1


def test_a_row_of_a_section_out_of_sight_is_not_there(calls, owner, sinar):
    section = shaping.add_section(
        entity="clients.client", kind="table", name="Secret", see_roles=[owner.role_id], by=owner
    )
    field = shaping.add_field(section=section, type="text", name="What", by=owner)
    row = actions.add_row(client=sinar, section_id=section.pk, values={f"custom.{field.pk}": "x"}, by=owner)
    path = f"clients/{sinar.pk}/rows"

    sent = [{"section_id": pk, "custom": {}} for pk in (section.pk, 999999)]
    answers = [calls("POST", path, each) for each in sent]

    assert (calls.get(path), calls.get("sections")) == ([], [])
    assert calls("GET", f"{path}/{row.pk}").status_code == 404
    assert answers[0].status_code == 422 and answers[0].content == answers[1].content
    assert len(Calls(owner).get(path)) == 1


# --- duplicates ------------------------------------------------------------------------------------------------------


@pytest.fixture
def twin(seller, sinar) -> Client:
    other = actions.add_client(name="PT Sinar", phone="0812 3456 789", about="Pumps", by=seller)
    search()
    return other


def test_pairs_are_listed_likeliest_first_and_page_by_page(head, seller, sinar, twin):
    third = actions.add_client(name="PT Sinar", by=seller)
    search()
    calls = Calls(head)

    first = calls.get("duplicates?limit=1")
    rest = calls.get(f"duplicates?after={first['next']}")

    [pair] = first["items"]
    assert (pair["client"]["id"], pair["other"]["id"]) == (sinar.pk, twin.pk)
    assert "same phone" in pair["why"] and pair["score"] > rest["items"][0]["score"]
    assert {each["other"]["id"] for each in rest["items"]} == {third.pk} and rest["next"] is None


def test_pairs_are_no_business_of_who_may_not_merge_both(head, stranger, calls, sinar, twin):
    stranger.role.grants = {**stranger.role.grants, "clients.merge": 1}
    stranger.role.save()
    theirs = Calls(stranger)

    assert theirs.get("duplicates")["items"] == []
    pairs = {"pairs": [{"client_id": sinar.pk, "other_id": twin.pk}]}
    nowhere = {"pairs": [{"client_id": sinar.pk + 900, "other_id": twin.pk + 900}]}
    for path in ("duplicates/merge", "duplicates/apart"):
        assert theirs("POST", path, pairs).content == theirs("POST", path, nowhere).content
    assert Client.objects.as_system("a test").filter(trashed_at=None).count() == 2


def test_a_merge_takes_what_is_named_and_is_taken_back_by_its_number(head, sinar, twin):
    calls = Calls(head)
    sent = {"other_id": twin.pk, "version": sinar.version, "other_version": twin.version, "take": ["about"]}

    merged = calls("POST", f"clients/{sinar.pk}/merge", sent)
    gone = calls("GET", f"clients/{twin.pk}").status_code
    undone = calls("POST", f"changes/{merged['Kartu-Changes']}/undo")

    assert (merged.status_code, merged.json()["about"], gone) == (200, "Pumps", 404)
    assert undone.status_code == 200
    assert (calls.get(f"clients/{twin.pk}")["about"], calls.get(f"clients/{sinar.pk}")["about"]) == ("Pumps", "")


def test_a_merge_of_what_was_changed_meanwhile_is_refused(head, sinar, twin, seller):
    sent = {"other_id": twin.pk, "version": sinar.version, "other_version": twin.version}
    actions.change_client(client=twin, values={"about": "Pipes"}, by=seller)

    assert Calls(head)("POST", f"clients/{sinar.pk}/merge", sent).status_code == 422
    assert Client.objects.as_system("a test").get(pk=twin.pk).merged_into_id is None


def test_pairs_are_merged_or_told_apart_many_at_once(head, sinar, twin):
    calls = Calls(head)
    pairs = {"pairs": [{"client_id": sinar.pk, "other_id": twin.pk}]}

    apart = calls("POST", "duplicates/apart", pairs)
    left = calls.get("duplicates")["items"]
    calls("POST", f"changes/{apart['Kartu-Changes']}/undo")
    stay = calls("POST", "duplicates/merge", pairs).json()["items"]

    assert (left, [row["id"] for row in stay]) == ([], [sinar.pk])
    assert calls.get(f"clients/{sinar.pk}")["about"] == "Pumps"


# --- the log of a client ---------------------------------------------------------------------------------------------


def test_the_history_of_a_client_is_told_page_by_page(head, seller, sinar):
    actions.change_client(client=sinar, values={"about": "Pumps"}, by=seller)
    calls = Calls(head)

    first = calls.get(f"clients/{sinar.pk}/history?limit=1")
    rest = calls.get(f"clients/{sinar.pk}/history?before={first['next']}")

    assert [(line["who"], line["verb"]) for line in first["items"]] == [(seller.name, "change")]
    assert [change["after"] for change in first["items"][0]["changes"]] == ["Pumps"]
    assert [line["verb"] for line in rest["items"]] == ["create", "create"] and rest["next"] is None


def test_who_looked_is_told_to_those_who_may_know(head, calls, sinar, seller):
    calls.get(f"clients/{sinar.pk}")

    [look] = Calls(head).get(f"clients/{sinar.pk}/looks")

    assert (look["who"], look["count"]) == (seller.name, 1)
    assert [calls("GET", f"clients/{sinar.pk}/{noun}").status_code for noun in ("looks", "history")] == [403, 403]
