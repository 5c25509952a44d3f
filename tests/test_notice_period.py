"""Somebody is leaving: what he takes out waits for a second person, and the owner hears of it earlier."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpResponse

from kartu.clients import actions as clients
from kartu.clients.models import Client
from kartu.core.testing.queue import run_jobs
from kartu.firm.actions import people
from kartu.firm.models import User
from kartu.notifications.models import Notification
from kartu.records.actions import attach_file
from kartu.records.lists.approval import needs_second
from kartu.records.models import ChangeSet, ExportFile, change_set
from kartu.security.alerts.rules import alert_rules
from kartu.security.alerts.watching import Look
from kartu.security.leaving import notice
from kartu.security.models import AuditRow, NoticePeriod
from tests.api.calls import Calls
from tests.api_routes import API
from tests.routes import ROUTES as PAGES
from tests.test_routes import address, ask, browser_of, undone
from tests.world import World


@pytest.fixture
def leaver(head, owner):
    clients.add_client(name="PT Sinar", by=head)
    notice.begin(person=head, note="until the 30th", by=owner)
    return head


def test_each_export_of_a_leaver_waits_and_nobody_elses(leaver, seller, owner):
    assert needs_second(1, leaver)
    assert not needs_second(1, seller)
    notice.end(period=notice.period_of(leaver.pk), by=owner)
    assert not needs_second(1, leaver)


def test_prints_and_changes_of_many_wait_until_they_are_allowed(leaver, owner, seller, client):
    client.force_login(leaver)
    row = clients.add_client(name="PT Dua", by=leaver)
    paper, bulk = "/lists/clients/print/", "/lists/clients/acts/clients.trash/"
    card = f"/clients/{row.pk}/dossier.pdf"
    assert (client.get(paper).status_code, client.get(card).status_code) == (403, 403)
    client.post(bulk, {"ids": str(row.pk)})
    row.refresh_from_db()
    assert row.trashed_at is None
    run_jobs()
    assert [each.title for each in Notification.objects.visible_to(owner).filter(kind="security.leave_asked")] == [
        "Hendra is leaving, and wants to take something out or change a list"
    ]
    assert not Notification.objects.visible_to(seller).exists()

    notice.allow(period=notice.period_of(leaver.pk), by=owner)

    assert client.get(paper).status_code == 200
    client.post(bulk, {"ids": str(row.pk)})
    assert not Client.objects.visible_to(leaver).filter(pk=row.pk).exists()


def test_limits_are_tighter_for_a_leaver(leaver, seller):
    look, rule = Look(None), alert_rules["cards_day"]

    assert (look.limit(rule, leaver.pk), look.limit(rule, seller.pk)) == (rule.limit // 3, rule.limit)


def test_it_is_told_and_ends_with_the_access(leaver, owner, client):
    client.force_login(owner)
    assert "is leaving" in client.get(f"/people/{leaver.pk}/").content.decode()
    assert AuditRow.objects.filter(object_type="security.noticeperiod", verb="create").count() == 1

    people.close_access(person=leaver, by=owner)

    assert not NoticePeriod.open().exists()
    with pytest.raises(ValidationError):
        notice.begin(person=leaver, note="", by=owner)


# ----- no act forgets it: every address that takes out, or changes many, is asked by an owner who is leaving

OUT = ("export", "print", "download")
EXCUSED = {
    ("records:list_export", "POST"): "each export of who is leaving waits for a second person; an owner proves himself",
    ("planner:routine_file", "POST"): "by the door of lists: it waits for a second person, an owner proves himself",
    ("records:import_template", "GET"): "an empty table to fill in",
    ("records:file_look", "GET"): "a look at a picture or a text on a card stays open, as the card does",
    ("security:backup_now", "POST"): "a backup is made, and stays where it is",
}


@pytest.fixture
def four(owner, head, seller, stranger, settings, tmp_path) -> tuple[User, ...]:
    settings.MEDIA_ROOT = tmp_path
    return owner, head, seller, stranger


def gone_out(response: HttpResponse, lines: int, sets: int) -> Iterator[str]:
    if "attachment" in response.headers.get("Content-Disposition", ""):
        yield "a file"
    yield from AuditRow.objects.filter(pk__gt=lines, verb__in=OUT).values_list("verb", flat=True)
    yield from (changes.kind for changes in ChangeSet.objects.filter(pk__gt=sets) if changes.origin.kind != "edit")


EVERY = [(route, method) for route in [*PAGES, *API] for method in route.methods]


def ways_out(four: tuple[User, ...], *, is_leaving: bool, among: Iterable = EVERY) -> set[tuple[str, str]]:
    """By which addresses the owner, the first of `four`, takes something out or changes it in lists."""
    found = set()
    for route, method in among:
        with undone():
            world = World(*four)
            url, browser = address(world, route), browser_of(world, "owner", route)
            if is_leaving:
                NoticePeriod.objects.create(person=world.owner)
            lines, sets = last(AuditRow), last(ChangeSet)
            if any(gone_out(ask(world, route, url, method, browser), lines, sets)):
                found.add((route.name, method))
    return found


def last(model: type) -> int:
    return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def test_no_address_lets_out_or_changes_many_while_its_person_is_leaving(four):
    assert ways_out(four, is_leaving=True) == set(EXCUSED)


def test_control_the_walk_sees_what_goes_out_when_nobody_is_leaving(four):
    named = {
        ("records:list_cell", "POST"), ("records:list_bulk", "POST"), ("records:list_print", "GET"),
        ("records:file", "GET"), ("security:download_backup", "POST"), ("api:files/{pk}/content", "GET"),
    }  # fmt: skip

    among = [(route, method) for route, method in EVERY if (route.name, method) in named]

    assert ways_out(four, is_leaving=False, among=among) == named


def test_cells_changed_or_pasted_in_a_list_wait_and_say_so_where_they_stand(leaver, owner, client):
    client.force_login(leaver)
    row = clients.add_client(name="PT Tiga", by=leaver)
    cell, paste = f"/lists/clients/cells/{row.pk}/name/", "/lists/clients/paste/"
    typed = {"value": "PT Empat", "version": "PT Tiga"}
    shown = client.post(paste, {"cells": "PT Lima", "ids": str(row.pk), "columns": "name"})
    pasted = {"paste": re.search(r'name="paste" value="([^"]+)"', shown.content.decode())[1]}

    by_script = {"HX-Request": "true"}
    answers = [client.post(cell, typed, headers=by_script), client.post(paste, pasted, headers=by_script)]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("Somebody has to agree to this first" in answer.content.decode() for answer in answers)
    assert Client.objects.visible_to(leaver).get(pk=row.pk).name == "PT Tiga"
    assert AuditRow.objects.filter(verb="denied", actor_id=leaver.pk).count() == 2

    notice.allow(period=notice.period_of(leaver.pk), by=owner)

    assert client.post(cell, typed).status_code == 200


def test_files_wait_too_for_a_person_and_for_his_program(leaver, owner, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    row = clients.add_client(name="PT Tiga", by=leaver)
    file = attach_file(target=row, name="offer.txt", chunks=[b"ten per cent"], by=leaver)
    client.force_login(leaver)

    page, told = client.get(f"/files/{file.pk}/"), Calls(leaver)("GET", f"files/{file.pk}/content")

    assert page.status_code == told.status_code == 403
    assert "Somebody has to agree to this first" in page.content.decode() and told.json()["code"] == "held"
    assert not AuditRow.objects.filter(verb="download").exists()

    notice.allow(period=notice.period_of(leaver.pk), by=owner)

    assert b"".join(client.get(f"/files/{file.pk}/").streaming_content) == b"ten per cent"


def test_a_file_that_a_second_person_agreed_to_is_fetched_and_an_older_one_waits(leaver, client):
    client.force_login(leaver)
    kept = exported_file(leaver)
    assert client.get(f"/exports/{kept.pk}/").status_code == 200

    NoticePeriod.objects.update(since=kept.created_at + timedelta(seconds=1))

    assert client.get(f"/exports/{kept.pk}/").status_code == 403


def exported_file(person: User) -> ExportFile:
    ExportFile.folder().mkdir(parents=True, exist_ok=True)
    kept = ExportFile.objects.create(person=person, list_key="clients", name="a.csv", stored="leaver.csv", rows=1)
    kept.path.write_bytes(b"x")
    return kept


def test_work_that_was_allowed_goes_on_when_the_hour_is_over(leaver, monkeypatch):
    with pytest.raises(notice.Held):
        ChangeSet.objects.create(kind="import", title="clients.xlsx", by=leaver)
    monkeypatch.setattr(change_set, "is_background", lambda: True)
    ChangeSet.objects.create(kind="import", title="clients.xlsx", by=leaver)
