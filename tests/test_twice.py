"""Work that a page hands to the background, and acts on many rows: sent twice under one key they are done once, and
whatever fails in the middle leaves nothing behind."""

import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kartu.clients import actions, bulk
from kartu.clients.models import Client, ClientTag, Tag
from kartu.core.faults import Fault
from kartu.core.jobs import run
from kartu.core.models import Job
from kartu.core.testing import run_jobs
from kartu.notifications.models import Notification
from kartu.records.imports import acts, chores, engine
from kartu.records.imports.importers import importers
from kartu.records.lists import bulk as bulk_acts
from kartu.records.lists import exports
from kartu.records.models import ChangeSet, ExportFile, Import
from kartu.security.models import AuditRow

KEY = {"Idempotency-Key": "0d5cb6c5-6a0e-4b8e-a2a4-111111111111"}
TAG = "/lists/clients/acts/clients.tag/"


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def cards(seller) -> list[Client]:
    return [actions.add_client(name=f"C{number}", by=seller) for number in range(30)]


@pytest.fixture
def tag(db) -> Tag:
    return Tag.objects.create(name="Wholesale")


def tagged(cards: list[Client], tag: Tag) -> dict:
    return {"ids": ",".join(str(card.pk) for card in cards), "tag": tag.pk, "how": "add"}


def drop(window, name: str = "a.csv"):
    file = SimpleUploadedFile(name, b"Name,Phone\nPT Baru,0812 7777 001\n")
    return window.post("/imports/new/", {"file": file}, headers=KEY)


def test_a_file_dropped_twice_under_one_key_is_one_import(client, head):
    client.force_login(head)

    first, second = drop(client), drop(client)

    assert Import.objects.count() == Job.objects.count() == 1
    assert first["Location"] == second["Location"]
    assert len(list(Path(acts.Import._meta.get_field("file").storage.location).glob("imports/*/*/*"))) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("verb", "before"), [("decide", "ready"), ("start", "checked"), ("take_back", "done")])
def test_an_import_never_moves_on_without_the_work_that_moves_it(head, verb, before, monkeypatch):
    source = dropped(head, until=before)

    def dies(*args: object, **kwargs: object) -> None:
        raise Fault("killed between the two")

    monkeypatch.setattr(engine, "queue", dies)
    more = {"targets": {}, "answers": {}} if verb == "decide" else {}
    with pytest.raises(Fault):
        getattr(acts, verb)(source=source, by=head, **more)

    assert Import.objects.get().state == before


def dropped(person, until: str) -> Import:
    file = SimpleUploadedFile("a.csv", b"Name,Phone\nPT Baru,0812 7777 001\n")
    source = acts.drop_file(importer=importers["clients"], file=file, name="a.csv", by=person, inline=True)
    if until in ("checked", "done"):
        source = acts.decide(source=source, targets={}, answers={}, by=person, inline=True)
    return acts.start(source=source, by=person, inline=True) if until == "done" else source


def test_a_file_that_no_import_names_goes_after_a_day(head):
    source = dropped(head, until="ready")
    orphan = Path(source.file.path).with_name("orphan")
    orphan.write_text("left by a crash")
    now = source.created_at

    assert chores.discard_orphans(now + chores.KEPT_ORPHANS / 2) == 0
    assert chores.discard_orphans(now + chores.KEPT_ORPHANS * 2) == 1
    assert Path(source.file.path).exists() and not orphan.exists()


def test_an_act_on_many_that_fails_in_the_middle_has_done_nothing(client, head, cards, tag, monkeypatch):
    act, done = bulk_acts.bulk_acts["clients.tag"], []

    def dies_at_the_last(*, row, values, by):
        done.append(row)
        if len(done) == len(cards):
            raise Fault("killed")
        bulk.tag(row=row, values=values, by=by)

    monkeypatch.setitem(bulk_acts.bulk_acts._items, act.key, type(act)(**{**vars(act), "run": dies_at_the_last}))
    client.force_login(head)
    with pytest.raises(Fault):
        client.post(TAG, tagged(cards, tag), headers=KEY)

    assert len(done) == len(cards)
    assert not ChangeSet.objects.exists()
    assert not ClientTag.objects.as_system("a test").exists()


def test_an_act_on_very_many_sent_twice_under_one_key_is_queued_once(client, head, cards, tag, monkeypatch):
    monkeypatch.setattr(bulk_acts, "AT_ONCE", 2)
    client.force_login(head)

    for _time in range(2):
        client.post(TAG, tagged(cards, tag), headers=KEY)
    run_jobs()

    assert ChangeSet.objects.count() == 1
    assert Job.objects.filter(name="records.bulk_in_background").count() == 1
    assert ClientTag.objects.as_system("a test").count() == len(cards)


def test_a_long_export_asked_for_twice_under_one_key_is_written_once(client, head, cards, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    client.force_login(head)

    for _time in range(2):
        client.post("/lists/clients/export/csv/", {"query": "", "purpose": "A mailing"}, headers=KEY)
    run_jobs()

    assert ExportFile.objects.count() == 1


def test_a_long_export_killed_after_its_file_was_kept_is_not_written_again(client, head, cards, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    client.force_login(head)
    client.post("/lists/clients/export/csv/", {"query": "", "purpose": "A mailing"})

    def dies(*_: object) -> None:
        raise Fault("killed before the queue knew")

    monkeypatch.setattr(run.queue, "finish", dies)
    run_jobs()
    monkeypatch.undo()
    assert ExportFile.objects.count() == 1
    Job.objects.filter(state="ready").update(run_at=None)
    run_jobs()

    assert Job.objects.get(name__contains="export").state == "done"
    assert ExportFile.objects.count() == AuditRow.objects.filter(verb="export").count() == 1
    assert Notification.objects.visible_to(head).filter(kind="lists.export").count() == 1


def test_what_a_killed_export_left_goes_with_the_old_ones(head, settings):
    folder = ExportFile.folder()
    folder.mkdir(parents=True)
    left, fresh = folder / "left.csv", folder / "fresh.csv"
    for path in (left, fresh):
        path.write_text("Client")
    os.utime(left, (0, 0))

    exports.discard_old()

    assert (left.exists(), fresh.exists()) == (False, True)
