"""Backups by the clock and by hand: made, tried out, kept and thrown away, and seen by those who keep them."""

import os
import shutil
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kartu.core.actors import System
from kartu.core.models import Job
from kartu.core.testing.queue import run_jobs
from kartu.firm.models import Firm, Team
from kartu.notifications.models import Hop, Notification
from kartu.security import backups
from kartu.security.backup import contents, keeping, keys, proof
from kartu.security.backup.archive import Reader
from kartu.security.backup.errors import Unusable
from kartu.security.jobs import backups as jobs
from kartu.security.models import AuditRow, Backup, BackupSettings, Restoration
from kartu.security.rights import BACKUPS

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folders(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "contract.pdf").write_bytes(b"%PDF- a contract")
    if not shutil.which("pg_dump") and connection.vendor == "postgresql":
        pytest.skip("the programs of PostgreSQL (pg_dump, pg_restore, psql) are not here")


def made(days: float, *, kind: str = "nightly", is_good: bool | None = True) -> Backup:
    moment = NOW - timedelta(days=days)
    return Backup(pk=int(days * 100), file=f"{kind}-{days}", kind=kind, made_at=moment, size=1, is_good=is_good)


@pytest.mark.django_db(transaction=True)
def test_a_backup_by_hand_is_made_tried_and_written_down(owner, client):
    client.force_login(owner)

    assert client.post("/settings/backups/now/").status_code == 204
    assert client.post("/settings/backups/now/").status_code == 204
    run_jobs()

    backup = Backup.objects.get()
    assert (backup.kind, backup.is_good, backup.finding) == ("by_hand", True, "")
    assert backup.size == keeping.path_of(backup).stat().st_size
    assert backup.key_name == keys.in_use().name
    assert "whole" in client.get("/settings/backups/").content.decode()
    asked, *_, saved = AuditRow.objects.filter(verb="export").order_by("pk")
    assert (asked.actor_id, saved.payload.values) == (owner.pk, {"file": backup.file})
    assert not [path for path in Path(keeping.folder()).parent.iterdir() if path.name.startswith((".backup", ".proof"))]


@pytest.mark.django_db(transaction=True)
def test_a_backup_that_was_spoilt_on_the_disk_is_found_and_told_to_the_owner(owner, seller):
    backup = keeping.make("nightly", by=System("a test"))
    whole = bytearray(keeping.path_of(backup).read_bytes())
    whole[len(whole) // 2] ^= 1
    keeping.path_of(backup).write_bytes(bytes(whole))

    jobs.try_backup.later(backup_id=backup.pk)
    run_jobs()

    backup.refresh_from_db()
    assert backup.is_good is False
    assert "damaged" in backup.finding
    assert [notice.kind for notice in Notification.objects.visible_to(owner)] == ["security.backup_bad"]
    assert not Notification.objects.visible_to(seller).exists()
    assert Hop.objects.filter(channel="email").exists()  # by letter too, or the reason why not


@pytest.mark.django_db(transaction=True)
def test_what_was_brought_back_is_compared_with_what_was_saved(owner, monkeypatch):
    backup = keeping.make("nightly", by=System("a test"))
    Team.objects.create(name="later")  # the data go on; the backup is of its own moment
    assert keeping.try_out(backup).is_good is True

    real = proof.contents.of_postgres if connection.vendor == "postgresql" else proof.contents.of_sqlite
    monkeypatch.setattr(proof.contents, real.__name__, lambda it: {**real(it), "firm_team": [7, "another"]})
    found = keeping.try_out(backup)

    assert found.is_good is False
    assert "firm_team (0 rows, now 7)" in found.finding


@pytest.mark.django_db(transaction=True)
def test_a_backup_says_how_many_rows_each_table_held(owner):
    backup = keeping.make("nightly", by=System("a test"))

    reader = Reader(keeping.path_of(backup), keys.keyring())
    told = reader.manifest
    reader.close()

    assert told.tables["firm_user"][0] == 1
    assert told.tables["firm_firm"][0] == 1


def test_tables_that_differ_are_named_with_both_counts():
    told = {"a": [1, "x"], "b": [2, "y"], "gone": [3, "z"]}

    assert contents.differences(told, told) == []
    assert contents.differences(told, {"a": [1, "other"], "b": [2, "y"], "new": [4, "z"]}) == [
        "a (1 rows, now 1)",
        "gone (3 rows, now 0)",
        "new (0 rows, now 4)",
    ]


def test_a_failure_to_make_one_is_told_and_stands_on_the_page(owner, client, monkeypatch):
    def full(*args: object, **options: object) -> None:
        raise Unusable("The backup could not be written: no space left")

    monkeypatch.setattr(keeping, "save", full)

    with pytest.raises(Unusable):
        keeping.make("nightly", by=System("a test"))

    client.force_login(owner)
    assert "no space left" in client.get("/settings/backups/").content.decode()
    assert Notification.objects.visible_to(owner).get().kind == "security.backup_not_made"


def test_the_newest_of_each_day_week_and_month_stays():
    nights = [made(days) for days in range(400)]
    wanted = BackupSettings(daily=7, weekly=4, monthly=12)

    going = {backup.pk for backup in keeping.overdue(nights, wanted, NOW)}
    staying = [backup.made_at.date().isoformat() for backup in nights if backup.pk not in going]

    days = ["2026-11-29", "2026-11-28", "2026-11-27", "2026-11-26", "2026-11-25", "2026-11-24", "2026-11-23"]
    assert staying[:7] == days
    assert staying[7:10] == ["2026-11-22", "2026-11-15", "2026-11-08"]  # the Sundays end their weeks
    assert staying[10:] == [
        "2026-10-31", "2026-09-30", "2026-08-31", "2026-07-31", "2026-06-30", "2026-05-31",
        "2026-04-30", "2026-03-31", "2026-02-28", "2026-01-31", "2025-12-31",
    ]  # fmt: skip


def test_of_one_day_only_the_newest_stays_and_those_made_by_hand_are_left_alone():
    morning, noon, by_hand = made(0.4), made(0.1), made(90, kind="by_hand")

    assert keeping.overdue([morning, noon, by_hand], BackupSettings(), NOW) == [morning]


def test_a_bad_backup_takes_no_good_ones_place():
    good, bad, old_bad = made(0.4), made(0.1, is_good=False), made(8, is_good=False)

    assert keeping.overdue([good, bad, old_bad], BackupSettings(), NOW) == [old_bad]


def test_before_upgrades_the_last_three_stay():
    upgrades = [made(days, kind="upgrade") for days in (1, 2, 3, 4, 5)]

    assert keeping.overdue(upgrades, BackupSettings(), NOW) == upgrades[3:]


@pytest.mark.parametrize(
    ("hour", "begun", "is_due"),
    [
        (1, None, True),  # a new firm does not wait for the night
        (1, NOW.replace(day=28, hour=2), False),
        (3, NOW.replace(day=28, hour=2), True),
        (3, NOW.replace(hour=2, minute=5), False),
        (9, NOW.replace(day=27, hour=2), True),  # switched off at night
    ],
)
def test_the_clock_makes_one_a_night_and_makes_up_for_a_missed_one(hour, begun, is_due):
    wanted = BackupSettings(at=time(2, 0), begun_at=begun)

    assert keeping.is_due(wanted, NOW.replace(hour=hour)) is is_due
    wanted.is_on = False
    assert keeping.is_due(wanted, NOW.replace(hour=hour)) is False


def test_the_clock_asks_for_one_backup_however_often_it_looks(firm):
    for _look in range(3):
        jobs.look_at_the_clock.func(by=System("the clock"))

    assert [job.name for job in Job.objects.all()] == ["security.make_backup"]


def test_files_in_the_folder_are_found_and_gone_ones_forgotten(firm):
    keeping.folder().mkdir()
    (keeping.folder() / "kartu-2026-01-01-020000.zip").write_bytes(b"old")
    Backup.objects.create(file="gone.kartu", kind="nightly", made_at=NOW, size=1)

    keeping.find_files()

    assert [(backup.file, backup.kind, backup.size) for backup in Backup.objects.all()] == [
        ("kartu-2026-01-01-020000.zip", "found", 3)
    ]


def test_what_a_killed_process_left_open_beside_the_data_is_swept_away(tmp_path):
    keeping.folder().mkdir()
    folders = [tmp_path / name for name in (".backup-abc", ".proof-abc", ".restore-abc")]
    old = [*folders, keeping.folder() / "kartu-x.kartu.part"]
    at_work = tmp_path / ".proof-def"
    for path in (*folders, at_work):
        path.mkdir()
        (path / "default.sqlite3").write_text("open to read")
    old[-1].write_text("half")
    for path in old:
        os.utime(path, (0, 0))

    keeping.sweep_leftovers()

    assert [path.exists() for path in (*old, at_work)] == [False, False, False, False, True]


@pytest.mark.parametrize(
    "act",
    [
        lambda by, backup: backups.back_up_now(by=by),
        lambda by, backup: backups.try_out(backup=backup, by=by),
        lambda by, backup: backups.delete_backup(backup=backup, by=by),
        lambda by, backup: backups.change_schedule(values={"at": time(3), "is_on": True}, by=by),
        lambda by, backup: backups.show_key(by=by),
        lambda by, backup: backups.let_letters_out(by=by),
    ],
)
def test_without_the_right_nothing_is_done_with_backups(head, act):
    backup = Backup.objects.create(file="a.kartu", kind="nightly", made_at=NOW, size=1)
    assert not head.may(BACKUPS)

    with pytest.raises(PermissionDenied):
        act(head, backup)

    assert Backup.objects.filter(pk=backup.pk).exists()


def test_downloads_and_deletions_have_their_lines(owner, client):
    keeping.folder().mkdir()
    backup = Backup.objects.create(file="a.kartu", kind="nightly", made_at=NOW, size=6)
    keeping.path_of(backup).write_bytes(b"sealed")
    client.force_login(owner)

    response = client.post(f"/settings/backups/{backup.pk}/file/")
    assert b"".join(response.streaming_content) == b"sealed"
    assert client.post(f"/settings/backups/{backup.pk}/delete/").status_code == 204

    assert not keeping.path_of(backup).exists()
    lines = AuditRow.objects.filter(object_type="security.backup").order_by("pk")
    assert [(line.verb, line.actor_id) for line in lines] == [("download", owner.pk), ("purge", owner.pk)]


def test_the_recovery_key_is_shown_once(owner, client):
    first = keys.in_use()
    client.force_login(owner)
    assert "Nobody has the recovery key yet" in client.get("/settings/backups/").content.decode()

    shown = client.post("/settings/backups/key/").content.decode()
    page = client.get("/settings/backups/").content.decode()
    again = client.post("/settings/backups/key/").content.decode()

    assert all(f"<span>{group}</span>" in shown for group in first.text.split())
    assert "Nobody has the recovery key yet" not in page
    assert first.text.split()[0] not in page + again
    assert keys.keyring()[0] == first and keys.in_use() != first
    values = [line.payload.values for line in AuditRow.objects.filter(verb="reveal").order_by("pk")]
    assert values == [
        {"recovery_key": first.name, "new": False},
        {"recovery_key": keys.in_use().name, "new": True},
    ]


def old_firm() -> None:
    Firm.objects.update(created_at=timezone.now() - timedelta(days=3))


def test_owners_are_warned_when_the_newest_good_backup_is_too_old(owner, seller, client):
    warning = "The newest good backup is too old"
    client.force_login(owner)
    assert warning not in client.get("/ui/blank/").content.decode()  # the firm began today

    old_firm()
    Backup.objects.create(file="a", kind="nightly", made_at=timezone.now() - timedelta(hours=27), size=1, is_good=True)
    bad = Backup.objects.create(file="b", kind="nightly", made_at=timezone.now(), size=1, is_good=False)
    assert warning in client.get("/ui/blank/").content.decode()
    client.force_login(seller)
    assert warning not in client.get("/ui/blank/").content.decode()

    client.force_login(owner)
    Backup.objects.filter(pk=bad.pk).update(is_good=True)
    assert warning not in client.get("/ui/blank/").content.decode()


def test_nobody_is_warned_where_the_owner_has_switched_the_nights_off(owner, client):
    old_firm()
    BackupSettings.objects.create(is_on=False)
    client.force_login(owner)

    assert "too old" not in client.get("/ui/blank/").content.decode()


def test_the_owner_reads_what_a_restored_firm_is_missing_and_lets_letters_out(owner, seller, client):
    restoration = Restoration.objects.create(file="a.kartu", made_at=NOW)
    client.force_login(seller)
    assert "Let letters go out" not in client.get("/ui/blank/").content.decode()
    client.force_login(owner)
    page = client.get("/ui/blank/").content.decode()
    assert "Restored from the backup of 29 Nov 2026" in page and "Let letters go out" in page

    assert client.post("/settings/backups/letters/").status_code == 302

    restoration.refresh_from_db()
    assert (restoration.let_out_by, restoration.let_out_at is None) == (owner, False)
    assert "Let letters go out" not in client.get("/ui/blank/").content.decode()
    assert AuditRow.objects.get(object_type="security.restoration").actor_id == owner.pk


def test_the_page_asks_as_much_for_many_backups_as_for_one(owner, client):
    client.force_login(owner)
    client.get("/settings/backups/")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/settings/backups/")
        return len(queries)

    Backup.objects.create(file="a", kind="nightly", made_at=timezone.now(), size=1)
    with_one = asked()
    for number in range(20):
        Backup.objects.create(file=f"{number}", kind="nightly", made_at=timezone.now(), size=1)

    assert asked() == with_one
