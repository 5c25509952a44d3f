"""The second place of backups: a folder, or storage that speaks S3 (here one of our own that checks what comes)."""

import hashlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.utils import timezone

from kartu.core.actors import System
from kartu.core.models import Job
from kartu.core.testing.queue import run_jobs
from kartu.notifications.models import Notification
from kartu.security.backup import keeping
from kartu.security.backup.errors import Unusable
from kartu.security.backup.places import EMPTY, Folder, Storage, is_near
from kartu.security.jobs import backups as jobs
from kartu.security.models import AuditPayload, Backup, BackupSettings

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # noqa: S105 - of Amazon's own example
CONTENT = bytes(range(256)) * 9000


class FakeStorage(HTTPServer):
    """Keeps what it is sent, if it is what was signed; `mood` is the status with which it answers otherwise."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.kept: dict[str, bytes] = {}
        self.headers: dict[str, str] = {}
        self.mood = 200
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: FakeStorage

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.headers = dict(self.headers)
        is_whole = hashlib.sha256(body).hexdigest() == self.headers["x-amz-content-sha256"]
        if self.server.mood == 200 and is_whole:
            self.server.kept[self.path] = body
        self.answer(self.server.mood if is_whole else 400)

    def do_DELETE(self) -> None:
        self.answer(204 if self.server.kept.pop(self.path, None) else 404)

    def answer(self, status: int) -> None:
        said = b"<Error><Code>AccessDenied</Code></Error>" if status == 403 else b""
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def server() -> Iterator[FakeStorage]:
    with FakeStorage() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "kartu-2026-11-29.kartu"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def backup(firm) -> Backup:
    keeping.folder().mkdir()
    backup = Backup.objects.create(file="a b.kartu", kind="nightly", made_at=timezone.now(), size=1, is_good=True)
    keeping.path_of(backup).write_bytes(CONTENT)
    return backup


def storage(server: FakeStorage, *, allows_http: bool = True) -> Storage:
    return Storage(server.url, "firm", "us-east-1", "AKIA", SECRET, allows_http)


def test_a_request_is_signed_as_amazon_shows_it():
    example = Storage("https://examplebucket.s3.amazonaws.com", "", "us-east-1", "AKIAIOSFODNN7EXAMPLE", SECRET)
    moment = datetime(2013, 5, 24, tzinfo=UTC)

    headers = example.signed("GET", "examplebucket.s3.amazonaws.com", "/", EMPTY, moment, query="lifecycle=")

    expected = "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
    assert headers["Authorization"].endswith(f"Signature={expected}")


def test_a_file_goes_to_the_storage_and_is_taken_away_again(server, file):
    storage(server).put(file)

    assert server.kept == {f"/firm/{file.name}": CONTENT}
    assert "Authorization" in server.headers and SECRET not in str(server.headers)
    storage(server).delete(file.name)
    storage(server).delete(file.name)
    assert server.kept == {}


@pytest.mark.parametrize(("mood", "said"), [(403, "403 AccessDenied"), (503, "503"), (307, "307")])
def test_a_refusal_is_said_in_words_and_a_redirect_not_followed(server, file, mood, said):
    server.mood = mood

    with pytest.raises(Unusable, match=f"127.0.0.1 refused it: {said}"):
        storage(server).put(file)


def test_without_https_nothing_is_sent_unless_it_was_chosen(server, file):
    with pytest.raises(Unusable, match="https://"):
        storage(server, allows_http=False).put(file)

    assert server.kept == {}


def test_without_https_nothing_leaves_the_building(file):
    outside = Storage("http://93.184.216.34", "firm", "us-east-1", "AKIA", SECRET, allows_http=True)

    with pytest.raises(Unusable, match="is outside"):
        outside.put(file)


@pytest.mark.parametrize(
    ("address", "near"),
    [("127.0.0.1", True), ("192.168.1.5", True), ("10.0.0.1", True), ("::1", True), ("fd00::1", True)]
    + [("169.254.169.254", False), ("0.0.0.0", False), ("8.8.8.8", False), ("fe80::1", False)],  # noqa: S104
)
def test_what_lies_in_the_building(address, near):
    assert is_near(address) is near


def test_a_folder_gets_a_whole_copy_and_must_be_there(file, tmp_path):
    (tmp_path / "disk").mkdir()
    place = Folder(tmp_path / "disk")

    place.put(file)

    assert [path.name for path in place.root.iterdir()] == [file.name]
    assert (place.root / file.name).read_bytes() == CONTENT
    place.delete(file.name)
    place.delete(file.name)
    with pytest.raises(Unusable, match="plugged in"):
        Folder(tmp_path / "unplugged").put(file)
    assert not (tmp_path / "unplugged").exists()


def choose(client, **fields: str) -> int:
    return client.post("/settings/backups/place/", {"s3_region": "us-east-1", **fields}).status_code


def by_s3(server: FakeStorage, **fields: str) -> dict:
    address = {"second": "s3", "s3_address": server.url, "s3_bucket": "firm", "s3_key_id": "AKIA"}
    return {**address, "s3_allows_http": "on", **fields}


def test_choosing_a_place_sends_the_newest_backup_there(owner, client, server, backup):
    client.force_login(owner)

    assert choose(client, **by_s3(server, secret=SECRET)) == 302
    run_jobs()

    backup.refresh_from_db()
    assert server.kept == {"/firm/a%20b.kartu": CONTENT}
    assert backup.copied_at is not None
    wanted = BackupSettings.objects.get()
    assert SECRET not in wanted.sealed_secret and wanted.secret == SECRET
    assert not [payload for payload in AuditPayload.objects.all() if SECRET in str(payload.values)]
    assert SECRET not in client.get("/settings/backups/place/").content.decode()


def test_the_secret_of_one_address_is_not_sent_to_another(owner, client, server, backup):
    client.force_login(owner)
    choose(client, **by_s3(server, secret=SECRET))

    assert choose(client, **by_s3(server)) == 302  # the same address: it stays
    assert choose(client, **by_s3(server, s3_address="https://elsewhere.example")) == 422

    assert BackupSettings.objects.get().s3_address == server.url


@pytest.mark.parametrize(
    "fields",
    [
        {"second": "folder", "folder": ""},
        {"second": "folder", "folder": "backups"},
        {"second": "s3"},
        {"second": "s3", "s3_address": "ftp://x", "s3_bucket": "b", "s3_key_id": "k", "secret": "s"},
        {"second": "s3", "s3_address": "http://192.168.1.5", "s3_bucket": "b", "s3_key_id": "k", "secret": "s"},
        {"second": "s3", "s3_address": "https://me:pw@x.example", "s3_bucket": "b", "s3_key_id": "k", "secret": "s"},
    ],
)
def test_a_place_that_cannot_be_one_is_refused(owner, client, fields):
    client.force_login(owner)

    assert choose(client, **fields) == 422
    assert not BackupSettings.objects.exists()


def test_a_copy_that_fails_is_tried_again_and_told_to_the_owner(owner, client, server, backup):
    server.mood = 503
    client.force_login(owner)
    choose(client, **by_s3(server, secret=SECRET))
    run_jobs()
    backup.refresh_from_db()
    assert "503" in backup.copy_error and backup.copied_at is None
    assert "503" in client.get("/settings/backups/").content.decode()
    assert [notice.kind for notice in Notification.objects.visible_to(owner)] == ["security.backup_not_copied"]

    server.mood = 200
    Job.objects.waiting().update(run_at=None)
    run_jobs()

    backup.refresh_from_db()
    assert (backup.copy_error, backup.copied_at is None) == ("", False)


def test_what_is_rotated_out_here_is_rotated_out_there(owner, tmp_path, backup):
    (tmp_path / "disk").mkdir()
    BackupSettings.objects.create(second="folder", folder=str(tmp_path / "disk"), daily=1, weekly=0, monthly=0)
    keeping.copy(backup)
    assert (tmp_path / "disk" / backup.file).exists()
    Backup.objects.create(file="newer", kind="nightly", made_at=timezone.now(), size=1, is_good=True)

    assert keeping.clear_away(by=System("a test")) == [backup.file]

    assert not (tmp_path / "disk" / backup.file).exists()


def test_a_bad_backup_is_not_copied(backup, tmp_path):
    (tmp_path / "disk").mkdir()
    BackupSettings.objects.create(second="folder", folder=str(tmp_path / "disk"))
    Backup.objects.update(is_good=False)

    assert jobs.copy_backup.func(by=System("a test"), backup_id=backup.pk) is False
    assert list((tmp_path / "disk").iterdir()) == []
