"""The list of clients as a page: what it costs, what it shows, what can be done on it."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from kartu.clients.models import Client, Status, Tag
from kartu.clients.tests.conftest import seen
from kartu.clients.tests.lists.asked import make
from kartu.core.testing import run_jobs
from kartu.records.lists import bulk, exports, page
from kartu.records.lists.finding import Finding
from kartu.records.models import ChangeSet, ExportFile, ListSetting, SavedView
from kartu.security.models import AuditRow, ViewRow
from kartu.security.models.audit import Verb

LIST = "/clients/"
PIECES = "/lists/clients/"


def queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.fixture
def status(firm) -> Status:
    return Status.objects.create(name="Active")


ASKED = [
    "",
    "?s=-last_touch",
    "?s=responsible",
    "?v=mine",
    "?f=status:any:{status}&f=city:any:bandung&q=sinar&s=-status",
    "?f=name:has:sinar&s=-next_touch",
    "?f=name:has:sinar&f=city:any:bandung&f=tags:filled&s=-status",
]


@pytest.mark.parametrize("query", ASKED)
def test_thirty_rows_take_as_many_queries_as_one_and_at_most_fifteen(query, client, seller, status, monkeypatch):
    tag = Tag.objects.create(name="VIP")
    row = {"name": "PT Sinar", "city": "Bandung", "status": status, "tags": [tag]}
    client.force_login(seller)
    url = LIST + query.format(status=status.pk)
    make(seller, row)
    monkeypatch.setattr(Finding, "size", 1)
    for_one = queries(client, url)

    make(seller, *(row for _ in range(30)))

    # How rows are read goes by how many of the table's are found; its size stays the same between the two looks.
    assert queries(client, url) == for_one
    monkeypatch.undo()
    assert queries(client, url) <= 15


def test_what_is_shown_is_escaped(client, seller):
    make(seller, {"name": '<script>alert("x")</script>', "city": "<b>", "email": '"><img src=x>'})
    client.force_login(seller)

    html = client.get(LIST).content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;" in html
    assert "<b></td>" not in html


def test_a_stranger_sees_neither_row_nor_count(client, stranger, sinar):
    client.force_login(stranger)

    html = client.get(LIST).content.decode()

    assert "Sinar" not in html
    assert "No clients yet" in html


def test_each_look_at_the_list_is_noted_with_its_question_and_rows(client, seller, sinar):
    client.force_login(seller)

    client.get(LIST, {"f": "city:empty", "s": "-name"})

    view = ViewRow.objects.filter(kind="list").get()
    assert (view.actor_id, view.object_type) == (seller.pk, "clients.client")
    assert view.detail == {"list": "clients", "f": ["city:empty"], "q": "", "s": "-name", "shown": 0, "found": 0} | {
        "shown": view.detail["shown"], "found": view.detail["found"], "ids": str(sinar.pk)
    }  # fmt: skip
    assert view.detail["shown"] == view.detail["found"] == Client.objects.visible_to(seller).filter(city="").count()


@pytest.mark.parametrize("query", ["_connector=OR", "f=password:has:x", "s=password", "f=status:any:1:2", "after=x"])
def test_what_the_list_does_not_know_is_a_bad_request(query, client, seller):
    client.force_login(seller)

    assert client.get(f"{LIST}?{query}").status_code == 400


def test_nothing_found_repeats_the_question_and_offers_to_loosen_it(client, seller, sinar):
    client.force_login(seller)

    html = client.get(LIST, {"f": ["name:has:sinar", "phone:empty"]}).content.decode()

    assert "Nothing fits: Client contains “sinar”, Phone is empty" in html
    assert "Without “Phone”: 1" in html


# --- cells ----------------------------------------------------------------------------------------------


def test_a_cell_is_saved_and_can_be_taken_back(client, seller, sinar, status):
    client.force_login(seller)
    url = f"{PIECES}cells/{sinar.pk}/status/"

    answer = client.post(url, {"value": status.pk, "version": ""})

    assert (answer.status_code, seen(sinar, seller).status) == (200, status)
    assert "Active" in answer.content.decode()
    client.post(ChangeSet.objects.get().undo_url)
    assert seen(sinar, seller).status is None


def test_a_cell_that_somebody_else_has_changed_shows_both(client, owner, seller, sinar):
    client.force_login(seller)
    client.post(f"{PIECES}cells/{sinar.pk}/name/", {"value": "Theirs", "version": "PT Sinar Abadi"})

    answer = client.post(f"{PIECES}cells/{sinar.pk}/name/", {"value": "Mine", "version": "PT Sinar Abadi"})

    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode() and "Mine" in answer.content.decode()
    assert seen(sinar, seller).name == "Theirs"


def test_a_refused_value_is_told_in_words(client, seller, sinar):
    client.force_login(seller)

    answer = client.post(f"{PIECES}cells/{sinar.pk}/tags/", {"value": "Nowhere", "version": ""})

    assert (answer.status_code, answer.content.decode()) == (422, "There is no tag “Nowhere”")


def test_a_seller_hands_nobody_over_by_a_cell(client, seller, stranger, sinar):
    client.force_login(seller)

    answer = client.post(f"{PIECES}cells/{sinar.pk}/responsible/", {"value": stranger.pk, "version": seller.pk})

    assert answer.status_code == 404
    assert seen(sinar, seller).responsible == seller


# --- many rows ------------------------------------------------------------------------------------------


def test_selected_rows_are_tagged_as_one_change_set(client, head, seller):
    tag = Tag.objects.create(name="VIP")
    rows = make(seller, {"name": "A"}, {"name": "B"}, {"name": "C"})
    client.force_login(head)
    ids = ",".join(str(row.pk) for row in rows[:2])

    client.post(f"{PIECES}acts/clients.tag/", {"ids": ids, "tag": tag.pk, "how": "add"})

    assert [row.client_tags.count() for row in Client.objects.visible_to(head).order_by("name")] == [1, 1, 0]
    client.post(ChangeSet.objects.get().undo_url)
    assert [row.client_tags.count() for row in Client.objects.visible_to(head).order_by("name")] == [0, 0, 0]


def test_all_found_are_trashed_and_nobody_elses(client, head, seller, stranger):
    make(seller, {"name": "A", "city": "Bandung"}, {"name": "B"})
    make(stranger, {"name": "His", "city": "Bandung"})
    client.force_login(head)

    client.post(f"{PIECES}acts/clients.trash/", {"all": "1", "query": "?f=city:any:bandung&s=name"})

    assert list(Client.objects.visible_to(head).values_list("name", flat=True)) == ["B"]
    assert Client.objects.visible_to(stranger).count() == 1


def test_very_many_are_done_in_the_background_with_a_bell(client, head, seller, status, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    make(seller, *({"name": f"C{number}"} for number in range(5)))
    client.force_login(head)

    answer = client.post(f"{PIECES}acts/clients.change/", {"all": "1", "query": "", "status_id": status.pk})
    run_jobs()

    assert answer["HX-Redirect"] == LIST
    assert Client.objects.visible_to(head).filter(status=status).count() == 5
    assert client.get("/news/bell/").status_code in (200, 404)
    assert ChangeSet.objects.get().title == "Changed to Active"


def test_pasted_cells_are_shown_first_and_then_written(client, seller, sinar, status):
    client.force_login(seller)
    sent = {"cells": "PT Baru\nmore", "ids": str(sinar.pk), "columns": "name"}

    preview = client.post(f"{PIECES}paste/", sent)

    assert seen(sinar, seller).name == "PT Sinar Abadi"
    note = preview.content.decode().split('name="paste" value="')[1].split('"')[0]
    client.post(f"{PIECES}paste/", {"paste": note})
    assert seen(sinar, seller).name == "PT Baru"


def test_somebody_elses_paste_is_refused(client, seller, head, sinar):
    client.force_login(seller)
    preview = client.post(f"{PIECES}paste/", {"cells": "PT Baru", "ids": str(sinar.pk), "columns": "name"})
    note = preview.content.decode().split('name="paste" value="')[1].split('"')[0]
    client.force_login(head)

    assert client.post(f"{PIECES}paste/", {"paste": note}).status_code == 400
    assert seen(sinar, seller).name == "PT Sinar Abadi"


# --- views and columns ----------------------------------------------------------------------------------


def test_a_kept_view_comes_back_with_its_question(client, seller, sinar):
    client.force_login(seller)

    client.post(f"{PIECES}views/", {"name": "No city", "query": "f=city:empty&s=-name"})

    view = SavedView.objects.visible_to(seller).get()
    assert view.question == {"f": ["city:empty"], "q": "", "s": "-name"}
    assert "City</span><b>is empty" in client.get(f"{LIST}?v={view.pk}").content.decode()


def test_a_view_is_seen_by_colleagues_only_when_it_is_shared(client, head, seller):
    client.force_login(head)
    client.post(f"{PIECES}views/", {"name": "Own", "query": "f=city:empty"})
    client.post(f"{PIECES}views/", {"name": "For all", "query": "f=city:empty", "is_shared": "1"})

    client.force_login(seller)

    html = client.get(LIST).content.decode()
    assert "For all" in html and ">Own" not in html


def test_columns_are_shown_as_chosen(client, seller, sinar):
    client.force_login(seller)

    client.post(f"{PIECES}columns/", {"columns": "name,email,city"})
    client.post(f"{PIECES}width/", {"column": "email", "width": "333"})

    assert ListSetting.objects.get().columns == [["name", 204], ["email", 333], ["city", 96]]
    html = client.get(LIST).content.decode()
    assert 'data-col="email" width="333"' in html and 'data-col="status"' not in html


def test_the_builder_makes_a_chip_and_says_how_many_it_finds(client, seller, sinar):
    client.force_login(seller)
    form = {"query": "s=name", "at": "", "k0": "name", "o0": "has", "v0": "sinar"}

    assert "finds 1" in client.get(f"{PIECES}filter/", form).content.decode()
    assert client.get(f"{PIECES}filter/", {**form, "act": "show"})["Location"] == f"{LIST}?f=name%3Ahas%3Asinar&s=name"


# --- what leaves ----------------------------------------------------------------------------------------


def test_an_export_is_logged_with_its_hash_before_it_leaves(client, head, seller):
    make(seller, {"name": "=cmd|' /C calc'!A0", "city": "Bandung"}, {"name": "B"})
    client.force_login(head)

    answer = client.post(f"{PIECES}export/xlsx/", {"query": "f=city:any:bandung&s=name", "purpose": "A mailing"})
    told = AuditRow.objects.get(verb=Verb.EXPORT)

    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[0][:2] == ["Client", "Looks after"]
    assert cells[1][0].rstrip() == "=cmd|' /C calc'!A0" and sheet["A2"].data_type == "s"
    assert (told.payload.values["rows"], told.payload.values["filter"]["f"]) == (1, ["city:any:bandung"])
    assert len(told.payload.values["sha256"]) == 64


def test_who_may_not_export_gets_nothing_and_is_noted(client, seller, sinar):
    client.force_login(seller)

    assert client.post(f"{PIECES}export/xlsx/", {"query": ""}).status_code == 404
    assert AuditRow.objects.filter(verb=Verb.DENIED).count() == 1
    assert not AuditRow.objects.filter(verb=Verb.EXPORT).exists()


def test_a_long_list_is_written_in_the_background_for_its_person_only(client, head, owner, seller, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    make(seller, *({"name": f"C{number}"} for number in range(5)))
    client.force_login(head)

    client.post(f"{PIECES}export/csv/", {"query": "s=name", "purpose": "A mailing"})
    run_jobs()

    kept = ExportFile.objects.get()
    assert kept.rows == 5
    assert b"".join(client.get(f"/exports/{kept.pk}/").streaming_content).startswith(b"\xef\xbb\xbf")
    client.force_login(owner)
    assert client.get(f"/exports/{kept.pk}/").status_code == 404


def test_numbers_beyond_the_cap_say_so():
    assert (page.number_said(86), page.number_said(10_000), page.number_said(10_001)) == ("86", "10,000", "10,000+")
