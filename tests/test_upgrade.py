"""A newer version on older data: they are saved first, and stay what they were where the update fails."""

import signal
import subprocess
import sys

import pytest

from tests.program import ROOT, Program

pytestmark = pytest.mark.processes

CLIENTS = "SELECT count(*) FROM clients_client"
APPLIED = "SELECT name FROM django_migrations WHERE app = 'security' ORDER BY name"
KINDS = "SELECT kind, is_good, size > 0 FROM security_backup"
IN_THE_WAY = "CREATE TABLE security_restoration (id integer)"
DYING = """
import os, sys
from kartu.project import prepare
from kartu.core.loading import load; load()
from importlib import import_module

place, name, nth = {place!r}, {name!r}, {nth}
place = import_module(place)
owner, _dot, name = name.rpartition(".")
place = getattr(place, owner) if owner else place
whole, calls = getattr(place, name), []

def dying(*args, **kwargs):
    calls.append(args)
    if len(calls) == nth:
        os.kill(os.getpid(), 9)
    return whole(*args, **kwargs)

setattr(place, name, dying)
sys.exit(prepare.main())
"""
THIRD_STEP = ("django.db.migrations.executor", "MigrationExecutor.apply_migration", 3)
NOTING = ("kartu.security.backup.keeping", "note", 1)


def test_the_data_are_saved_before_they_are_brought_up_to_date(old_kartu: Program) -> None:
    old_kartu.start()
    old_kartu.stop()

    [backup] = (old_kartu.folder / "data" / "backups").iterdir()
    assert "Saving the data before the update" in old_kartu.printed()
    assert [(kind, good, bool(full)) for kind, good, full in old_kartu.rows(KINDS)][0] == ("upgrade", None, True)
    done = old_kartu.kartu("restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert old_kartu.rows(CLIENTS) == [(200,)]


def test_an_update_that_fails_leaves_the_data_as_they_were_and_says_so_in_one_line(old_kartu: Program) -> None:
    before = old_kartu.rows(APPLIED)
    old_kartu.rows(IN_THE_WAY)

    refused = old_kartu.kartu("up", "--no-browser")

    assert refused.returncode == 1
    assert "The data are as they were before. Start the former version of Kartu again" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert old_kartu.rows(APPLIED) == before
    assert old_kartu.rows(CLIENTS) == [(200,)]
    assert old_kartu.rows("SELECT count(*) FROM security_restoration") == [(0,)]


def test_nothing_is_brought_up_to_date_where_it_cannot_be_saved_first(old_kartu: Program) -> None:
    before = old_kartu.rows(APPLIED)
    (old_kartu.folder / "data" / "backups").write_text("a file where the folder should be")

    refused = old_kartu.kartu("up", "--no-browser")

    assert refused.returncode == 1
    assert "The backup could not be written" in refused.stderr
    assert "KARTU_UPGRADE_WITHOUT_BACKUP=1" in refused.stderr
    assert old_kartu.rows(APPLIED) == before


def killed(kartu: Program, place: str, name: str, nth: int) -> None:
    """Start the new version on the data; it dies in the `nth` call of `name`."""
    words = [sys.executable, "-c", DYING.format(place=place, name=name, nth=nth)]
    environment = {**kartu.environment, "DJANGO_SETTINGS_MODULE": "kartu.project.settings"}
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr


def prepared(kartu: Program) -> subprocess.CompletedProcess:
    """What `kartu up` does before anything runs."""
    words = [sys.executable, "-m", "kartu.project.prepare"]
    return subprocess.run(words, cwd=ROOT, env=kartu.environment, capture_output=True, text=True, timeout=120)


def backups(kartu: Program) -> list[str]:
    return sorted(path.name for path in (kartu.folder / "data" / "backups").glob("*.kartu"))


def is_cut_off(kartu: Program, name: str = "upgrade-unfinished") -> bool:
    return (kartu.folder / "data" / name).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_an_update_killed_at_any_step_goes_on_with_the_first_backup(old_kartu: Program) -> None:
    killed(old_kartu, *THIRD_STEP)
    [first] = backups(old_kartu)
    killed(old_kartu, *NOTING)
    assert is_cut_off(old_kartu) and backups(old_kartu) == [first]
    checked = prepared(old_kartu)

    assert checked.returncode == 0, checked.stderr
    assert backups(old_kartu) == [first] and not is_cut_off(old_kartu)
    assert [(kind, bool(full)) for kind, _good, full in old_kartu.rows(KINDS)] == [("upgrade", True)]
    assert old_kartu.rows(CLIENTS) == [(200,)]


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_where_somebody_has_worked_since_the_update_begins_with_a_new_backup(old_kartu: Program) -> None:
    killed(old_kartu, *THIRD_STEP)
    [first] = backups(old_kartu)
    marker = old_kartu.folder / "data" / "upgrade-unfinished"
    marker.write_text(f"{first} 1")  # the log was shorter then

    assert prepared(old_kartu).returncode == 0

    assert len(backups(old_kartu)) == 2 and first in backups(old_kartu)


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_taking_an_update_back_is_done_again_where_it_was_killed(old_kartu: Program) -> None:
    before = old_kartu.rows(APPLIED)
    old_kartu.rows(IN_THE_WAY)
    if old_kartu.database:
        killed(old_kartu, "kartu.security.backup.databases", "postgres_replace", 1)
    else:  # the second of the two databases is still the new one
        killed(old_kartu, "kartu.security.backup.restore", "put_in_place", 2)
    assert is_cut_off(old_kartu, "restore-unfinished")

    refused = old_kartu.kartu("up", "--no-browser")

    assert "Putting the data back as they were before the update" in refused.stderr
    assert "The data are as they were before. Start the former version of Kartu again" in refused.stderr
    assert not is_cut_off(old_kartu) and not is_cut_off(old_kartu, "restore-unfinished")
    assert old_kartu.rows(APPLIED) == before
    assert old_kartu.rows(CLIENTS) == [(200,)]


def test_an_older_version_does_not_touch_data_of_a_newer_one(firm_kartu: Program) -> None:
    firm_kartu.rows("INSERT INTO django_migrations (app, name, applied) VALUES ('clients', '9999_later', '2026-01-01')")

    refused = firm_kartu.kartu("up", "--no-browser")

    assert refused.returncode == 1
    assert "The data is of a newer version of Kartu (it has clients.9999_later)" in refused.stderr
    assert "Traceback" not in refused.stderr


CALL_BACK = """INSERT INTO clients_callback
    (client_id, person_id, what, due_at, done_at, reminded_at, created_at, trashed_at, version)
    VALUES ({client}, {person}, '{what}', '{due}', {done}, {reminded}, '2026-01-01 00:00:00', {trashed}, 1)"""
BEFORE_TASKS = ("planner", "0005_resources")


def test_the_call_backs_of_the_version_before_are_tasks(firm_kartu: Program) -> None:
    command = [sys.executable, "manage.py", "migrate", *BEFORE_TASKS, "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=firm_kartu.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    [(client, person)] = firm_kartu.rows(
        "SELECT id, responsible_id FROM clients_client WHERE responsible_id IS NOT NULL ORDER BY id LIMIT 1"
    )
    past, future = "2026-01-02 10:00:00", "2031-01-02 10:00:00"
    rows = {"": (future, "NULL", "NULL"), "Price": (past, f"'{past}'", "NULL"), "Gone": (future, "NULL", f"'{past}'")}
    for what, (due, done_at, trashed) in rows.items():
        values = {"what": what, "due": due, "done": done_at, "reminded": done_at, "trashed": trashed}
        firm_kartu.rows(CALL_BACK.format(client=client, person=person, **values))
    firm_kartu.rows(f"UPDATE clients_client SET next_touch_at = '{future}' WHERE id = {client}")

    assert prepared(firm_kartu).returncode == 0

    told = firm_kartu.rows("SELECT title, state, result, client_id, person_id FROM planner_task ORDER BY id")
    assert [tuple(row[:3]) for row in told] == [
        ("Call back", "open", ""), ("Price", "done", "Called back"), ("Gone", "open", ""),
    ]  # fmt: skip
    assert {tuple(row[3:]) for row in told} == {(client, person)}
    assert firm_kartu.rows("SELECT count(*) FROM planner_reminder WHERE before = 0 AND told_at IS NULL") == [(2,)]
    assert firm_kartu.rows(f"SELECT next_touch_text FROM clients_client WHERE id = {client}") == [("Call back",)]
    broken = {line.split()[1] for line in firm_kartu.kartu("check").stdout.splitlines() if line.startswith("BROKEN")}
    assert not {key for key in broken if key.startswith(("I1", "I6", "I7", "derived"))}
