"""Kept views, favourites, the quality of the data, and an import from the file to the taking back, by /api/v1."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kartu.clients import actions, quality
from kartu.clients.models import Client
from kartu.core.testing import run_jobs
from tests.api.calls import Calls


@pytest.fixture
def calls(head) -> Calls:
    return Calls(head)


def test_a_view_is_kept_shown_and_removed(calls, seller):
    made = calls("POST", "lists/clients/views", {"name": "In Garut", "f": ["city:any:garut"], "s": "-created"}).json()

    there = {view["name"]: view for view in calls.get("lists/clients/views")}
    assert there["In Garut"] == made
    assert (made["f"], made["s"], made["mine"]) == (["city:any:garut"], "-created", True)
    assert "In Garut" not in {view["name"] for view in Calls(seller).get("lists/clients/views")}
    assert Calls(seller)("DELETE", f"lists/clients/views/{made['id']}").status_code == 404
    assert calls("DELETE", f"lists/clients/views/{made['id']}").status_code == 204
    assert "In Garut" not in {view["name"] for view in calls.get("lists/clients/views")}


def test_a_view_of_something_that_the_list_does_not_know_is_refused(calls):
    answer = calls("POST", "lists/clients/views", {"name": "Odd", "f": ["margin:any:1"]})

    assert (answer.status_code, answer.json()["code"]) == (400, "not_understood")


def test_a_view_is_shared_by_who_may_alone(seller):
    answer = Calls(seller)("POST", "lists/clients/views", {"name": "Ours", "is_shared": True})

    assert answer.status_code == 403


def test_a_favourite_is_kept_once_and_let_go(calls, head):
    client = actions.add_client(name="PT Sinar", by=head)

    for _time in range(2):
        assert calls("POST", f"clients/{client.pk}/favourite").status_code == 204
    kept = calls.get("lists/clients/rows?f=favourite:yes")
    assert [row["id"] for row in kept["items"]] == [client.pk]
    assert calls("DELETE", f"clients/{client.pk}/favourite").status_code == 204
    assert calls.get("lists/clients/rows?f=favourite:yes")["items"] == []


def test_doubtful_numbers_are_told_of_clients_that_one_sees(calls, head, stranger):
    client = actions.add_client(name="PT Sinar", by=head)
    actions.add_channel(client=client, kind="phone", value="+62 811 0000", by=head)
    quality.search()

    found = calls.get("quality/phone")
    assert [(each["client_id"], each["value"]) for each in found["items"]] == [(client.pk, "+628110000")]
    assert Calls(stranger).get("quality/phone")["items"] == []
    assert {each["label"]: each["count"] for each in calls.get("quality")}["Doubtful phones"] == 1
    assert calls("GET", "quality/shoe").status_code == 404


def dropped(calls: Calls, content: bytes) -> int:
    """The number of the import of a file that was dropped and read."""
    file = SimpleUploadedFile("a.csv", content)
    answer = calls.browser.post("/api/v1/imports", {"file": file}, headers=calls.headers)
    assert answer.status_code == 201, answer.content
    run_jobs()
    return answer.json()["id"]


def test_an_import_goes_from_the_file_to_the_taking_back(calls, head):
    pk = dropped(calls, b"Firma;Rufnummer\nPT Satu;0812 7777 001\nPT Dua;0812 7777 002\n")
    told = calls.get(f"imports/{pk}/columns")

    assert [column["samples"] for column in told["columns"]] == [
        ["PT Satu", "PT Dua"],
        ["0812 7777 001", "0812 7777 002"],
    ]
    assert {"name", "phone"} <= {target["key"] for target in told["targets"]}
    asked = calls("POST", f"imports/{pk}/check", {"columns": {"0": "name", "1": "phone"}})
    run_jobs()
    checked = calls.get(f"imports/{pk}")
    assert (asked.status_code, checked["state"], checked["new"]) == (202, "checked", 2)

    assert calls("POST", f"imports/{pk}/start").status_code == 202
    run_jobs()
    assert calls.get(f"imports/{pk}")["state"] == "done"
    assert {client.phone for client in Client.objects.visible_to(head)} == {"+628127777001", "+628127777002"}

    assert calls("POST", f"imports/{pk}/undo").status_code == 202
    run_jobs()
    assert (calls.get(f"imports/{pk}")["state"], Client.objects.visible_to(head).count()) == ("undone", 0)


def test_an_import_names_the_column_that_is_wrong_and_refuses_what_is_not_its_turn(calls):
    pk = dropped(calls, b"Name;Phone\nPT Satu;0812 7777 001\n")

    wrong = calls("POST", f"imports/{pk}/check", {"columns": {"0": "shoe_size", "9": "name"}})
    early = calls("POST", f"imports/{pk}/undo")

    assert (wrong.status_code, sorted(wrong.json()["fields"])) == (422, ["columns.0", "columns.9"])
    assert early.status_code == 422
    assert calls("POST", f"imports/{pk}/fly").status_code == 404
