"""A firm that has outgrown SQLite: all of it comes over, and nothing is put away before all of it has."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from tests.program import Program

pytestmark = pytest.mark.processes

TABLES = ("clients_client", "clients_touch", "clients_clientvalue", "security_auditrow", "firm_role", "core_event")
OUTGROW = "from kartu.security.backup import outgrowing as it; "
# One row too few comes over, without an error.
LOSING = f"""{OUTGROW}
whole = it.Table.in_sqlite
def but_one(table):
    rows = list(whole(table))
    return iter(rows[1:] if table.name == "clients_touch" and not but_one.seen.add(table.name) else rows)
class Seen(set):
    def add(self, name):
        known = name in self
        super().add(name)
        return known
but_one.seen = Seen()
it.Table.in_sqlite = but_one
try:
    it.outgrow()
except it.Unusable as why:
    assert "clients_touch" in str(why), why
else:
    raise SystemExit("a row was lost, and nobody said so")
"""
DYING = f"{OUTGROW} import os; it.put_away = lambda home, paths: os._exit(0); it.outgrow()"
EVERYTHING = "SELECT count(*), sum(id) FROM {}"


@pytest.fixture
def on_sqlite(new_kartu: Program) -> Program | None:
    """The demo firm in SQLite files, in the folder of a program on PostgreSQL; None on SQLite, from where it comes."""
    if not new_kartu.database:
        return None
    one = Program(new_kartu.folder)
    done = one.kartu("demo", "--language", "ru")
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(one.folder / "data" / "kartu.sqlite3")) as database, database:
        # As if the tags up to this number had been there and were deleted.
        database.execute("UPDATE sqlite_sequence SET seq = 900 WHERE name = 'clients_tag'")
    return one


def test_a_firm_moves_whole_and_goes_on(new_kartu: Program, on_sqlite: Program | None) -> None:
    if on_sqlite is None:
        return
    files = [new_kartu.folder / "data" / name for name in ("kartu.sqlite3", "views.sqlite3")]
    before = {table: on_sqlite.rows(EVERYTHING.format(table)) for table in TABLES}

    refused = on_sqlite.kartu("to-postgresql")
    assert refused.returncode != 0
    assert "KARTU_DATABASE" in refused.stderr

    new_kartu.run(LOSING)
    assert new_kartu.rows("SELECT count(*) FROM firm_user") == [(0,)]
    assert all(file.exists() for file in files)

    new_kartu.run(DYING)  # all has come over, and the files are there still
    assert all(file.exists() for file in files)

    done = new_kartu.kartu("to-postgresql")
    assert done.returncode == 0, done.stderr
    assert "Moved and compared" in done.stdout
    assert not any(file.exists() for file in files)
    after = {table: new_kartu.rows(EVERYTHING.format(table)) for table in TABLES}
    assert {**after, "security_auditrow": before["security_auditrow"]} == before
    assert new_kartu.rows("SELECT verb FROM security_auditrow ORDER BY id DESC LIMIT 1") == [("setting",)]
    assert new_kartu.rows("SELECT nextval(pg_get_serial_sequence('clients_tag', 'id'))") == [(901,)]

    for verb in (["check"], ["audit", "verify"]):
        done = new_kartu.kartu(*verb)
        assert done.returncode == 0, done.stdout + done.stderr
    again = new_kartu.kartu("to-postgresql")
    assert again.returncode != 0
    assert "nothing to move" in again.stderr
    [kept] = (new_kartu.folder / "data").glob("before-postgresql-*")
    for file in files:
        shutil.copy(kept / file.name, file)
    other = new_kartu.kartu("to-postgresql")  # the firm has gone on in PostgreSQL, and is another one by now
    assert other.returncode != 0
    assert "security_auditrow is not what it is here" in other.stderr
    assert all(file.exists() for file in files)
    new_kartu.start()
    assert new_kartu.get("/sign-in/") == 200
    assert new_kartu.stop() == 0
