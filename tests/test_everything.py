"""Everything in one file: whole by its counts, without a secret, back again by Import, by page and by command."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import connections, router

from kartu.clients.models import Client
from kartu.clients.tests.test_import_grid import SHEET
from kartu.clients.tests.test_import_updates import decided, overwriting, started
from kartu.core.jobs.queue import claim
from kartu.core.jobs.run import run as run_job
from kartu.core.models import Job
from kartu.core.testing import run_jobs
from kartu.firm import again
from kartu.firm.models import User
from kartu.notifications.models import MailSettings, Notification
from kartu.records.everything import contents, taking, writing
from kartu.records.imports import acts
from kartu.records.imports.importers import importers
from kartu.records.models import ExportFile, File
from kartu.security.models import AuditRow, BackupSettings
from tests.world import World


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def world(owner, head, seller, stranger) -> World:
    made = World(owner, head, seller, stranger)
    assert made.contact and made.channel and made.address and made.account and made.touch and made.file
    return made


def taken(by: User) -> zipfile.ZipFile:
    return zipfile.ZipFile(taking.take_along(purpose="another program", by=by).path)


def lines(archive: zipfile.ZipFile, table: str) -> list[dict]:
    return [json.loads(line) for line in archive.read(f"tables/{table}.jsonl").decode().splitlines()]


def sheet(archive: zipfile.ZipFile, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")))


def test_every_table_is_there_whole_in_both_forms(world):
    archive = taken(world.owner)
    told = json.loads(archive.read("counts.json"))

    assert len(contents.taken()) > 40 and told["rows"]["clients.client"] == 1 and told["rows"]["records.file"] == 1
    for model in contents.taken():
        name = model._meta.label_lower
        with connections[router.db_for_read(model)].cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')  # noqa: S608 - a table of ours
            there = cursor.fetchone()[0]
        # What the export itself writes afterwards: its lines of the log.
        after = AuditRow.objects.filter(verb="export").count() if name.startswith("security.audit") else 0
        counts = {told["rows"][name], len(lines(archive, name)), len(sheet(archive, f"tables/{name}.csv")) - 1}
        assert counts == {there - after}, name
    assert set(told["rows"]) | {model._meta.label_lower for model in contents.left()} == {
        model._meta.label_lower for model in contents.models_of_ours()
    }


def test_rows_and_files_are_what_they_are(world):
    archive, kept = taken(world.owner), File.objects.as_system("a test").get()
    client, row = Client.objects.as_system("a test").get(), lines(taken(world.owner), "clients.client")[0]

    assert row["name"] == client.name and row["created_at"] == client.created_at.isoformat().replace("+00:00", "Z")
    assert archive.read(f"files/{kept.pk} {kept.name}") and row["custom"] == client.custom
    schema = {table["table"]: table for table in json.loads(archive.read("schema.json"))}
    columns = {column["name"]: column for column in schema["clients.client"]["columns"]}
    assert list(columns) == list(row) and columns["status_id"]["refers to"] == "clients.status.id"
    assert "kartu" in archive.read("README.txt").decode().lower()


def test_no_secret_leaves(world, client, owner):
    owner.set_password("Zwetschgenkuchen")
    owner.save()
    mail = MailSettings(host="smtp.example.com", from_address="a@example.com")
    mail.set_password("Apfelstrudel")
    mail.save()
    kept = BackupSettings()
    kept.set_secret("Mohnkuchen")
    kept.save()
    archive = taken(owner)
    text = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")

    owner.refresh_from_db()
    hidden = [owner.password, mail.sealed_password, kept.sealed_secret, "Zwetschgenkuchen", "Apfelstrudel"]
    assert [secret for secret in hidden if secret in text] == []
    assert not {"firm.totpsecret", "firm.recoverycode", "firm.invitation", "security.accesstoken"} & set(
        json.loads(archive.read("counts.json"))["rows"]
    )
    assert "smtp.example.com" in text  # the settings themselves are there


def test_a_new_field_that_sounds_like_a_secret_stays_in(monkeypatch):
    monkeypatch.setattr(contents, "SECRET", contents.re.compile("family_name"))

    assert "family_name" not in [each.name for each in contents.fields_of(Client)]


def test_the_list_of_clients_comes_back_as_the_same_clients(owner):
    started(decided(SHEET, owner, mode="new"), owner)
    book = taken(owner).read("lists/clients.csv")

    file = ContentFile(book, name="clients.csv")
    source = acts.drop_file(importer=importers["clients"], file=file, name="clients.csv", by=owner)
    run_jobs()
    source.refresh_from_db()
    acts.decide(source=source, targets={}, modes=overwriting(source), answers={"mode": "both"}, by=owner)
    run_jobs()
    source.refresh_from_db()

    assert (source.read_count, source.same_count) == (3, 3), list(source.rows.values_list("changes", "problems"))


def test_nobody_but_the_owner_takes_it(seller, head, world):
    for person in (seller, head):
        with pytest.raises(PermissionDenied):
            taking.ask(purpose="another program", by=person)
        with pytest.raises(PermissionDenied):
            taking.take_along(purpose="another program", by=person)
    assert not ExportFile.objects.exists() and not list(ExportFile.folder().glob("*"))


def test_the_owner_proves_himself_a_job_writes_it_and_he_fetches_it(world, client, owner):
    client.force_login(owner)
    session = client.session
    session[again.SESSION_KEY] = 0
    session.save()
    asked = {"purpose": "another program", "again_password": "correct horse"}
    refused = client.post("/settings/everything/", {**asked, "again_password": "wrong"})
    assert refused.status_code == 403 and not Job.objects.filter(name="records.take_everything").exists()
    assert client.post("/settings/everything/", {**asked, "purpose": "x"}).status_code == 422

    client.post("/settings/everything/", asked)
    run_job(claim("w", ("long",)))

    kept = ExportFile.objects.get()
    told = AuditRow.objects.filter(verb="export").order_by("pk").first().payload.values
    assert (told["list"], told["purpose"], told["sha256"]) == ("everything", "another program", kept.sha256)
    assert told["number"] == kept.number
    run_jobs()
    bell = Notification.objects.visible_to(owner).get(kind="lists.export")
    page = client.get("/settings/everything/").content.decode()
    assert bell.url in page
    answer = client.get(bell.url)
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).testzip() is None


def test_one_that_fails_leaves_nothing_behind(world, monkeypatch):
    def fails(*args, **kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(writing, "add_files", fails)
    with pytest.raises(OSError, match="full"):
        taken(world.owner)

    assert list(ExportFile.folder().glob("*")) == [] and not AuditRow.objects.filter(verb="export").exists()


def test_without_room_it_is_not_begun(world, monkeypatch):
    monkeypatch.setattr(taking.shutil, "disk_usage", lambda path: type("Usage", (), {"free": -1}))

    with pytest.raises(ValidationError, match="room"):
        taken(world.owner)


@pytest.mark.processes
def test_the_command_writes_it_into_a_folder(firm_kartu, tmp_path):
    firm_kartu.run(
        "from kartu.firm.models import User, Role; role = Role.objects.get(code='owner'); "
        "role.users.exists() or User.objects.create_user('o@example.com', 'x', name='O', role=role)"
    )
    done = firm_kartu.kartu("export-all", str(tmp_path))
    assert done.returncode == 0, done.stderr
    (path,) = tmp_path.glob("*-everything-*.zip")
    archive = zipfile.ZipFile(path)

    assert json.loads(archive.read("counts.json"))["rows"]["clients.client"] == 200
    assert len(sheet(archive, "lists/clients.csv")) == 200 + 2  # its head, and the mark of who took it
    assert firm_kartu.kartu("export-all", str(tmp_path)).returncode != 0  # there is one already
