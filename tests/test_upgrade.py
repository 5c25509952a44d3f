"""A newer version on older data: they are saved first, and stay what they were where the update fails."""

import subprocess
import sys

import pytest

from tests.program import ROOT, Program

pytestmark = pytest.mark.processes

CLIENTS = "SELECT count(*) FROM clients_client"
APPLIED = "SELECT name FROM django_migrations WHERE app = 'security' ORDER BY name"
KINDS = "SELECT kind, is_good, size > 0 FROM security_backup"
IN_THE_WAY = "CREATE TABLE security_restoration (id integer)"


def make_old(kartu: Program) -> list[tuple]:
    """Data of the version before backups had a table; returns the migrations that they have seen."""
    command = [sys.executable, "manage.py", "migrate", "security", "0002", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=kartu.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return kartu.rows(APPLIED)


def test_the_data_are_saved_before_they_are_brought_up_to_date(firm_kartu: Program) -> None:
    make_old(firm_kartu)

    firm_kartu.start()
    firm_kartu.stop()

    [backup] = (firm_kartu.folder / "data" / "backups").iterdir()
    assert "Saving the data before the update" in firm_kartu.printed()
    assert [(kind, good, bool(full)) for kind, good, full in firm_kartu.rows(KINDS)][0] == ("upgrade", None, True)
    done = firm_kartu.kartu("restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert firm_kartu.rows(CLIENTS) == [(200,)]


def test_an_update_that_fails_leaves_the_data_as_they_were_and_says_so_in_one_line(firm_kartu: Program) -> None:
    before = make_old(firm_kartu)
    firm_kartu.rows(IN_THE_WAY)

    refused = firm_kartu.kartu("up", "--no-browser")

    assert refused.returncode == 1
    assert "The data are as they were before. Start the former version of Kartu again" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert firm_kartu.rows(APPLIED) == before
    assert firm_kartu.rows(CLIENTS) == [(200,)]
    assert firm_kartu.rows("SELECT count(*) FROM security_restoration") == [(0,)]


def test_nothing_is_brought_up_to_date_where_it_cannot_be_saved_first(firm_kartu: Program) -> None:
    before = make_old(firm_kartu)
    (firm_kartu.folder / "data" / "backups").write_text("a file where the folder should be")

    refused = firm_kartu.kartu("up", "--no-browser")

    assert refused.returncode == 1
    assert "The backup could not be written" in refused.stderr
    assert "KARTU_UPGRADE_WITHOUT_BACKUP=1" in refused.stderr
    assert firm_kartu.rows(APPLIED) == before
