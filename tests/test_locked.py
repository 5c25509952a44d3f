"""Somebody holds the database for long, or cuts everybody off from it: people wait a little, hear of it, and lose
nothing."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.kills.founding import PASSWORD
from tests.kills.people import Browser
from tests.program import Program

pytestmark = pytest.mark.processes
LONG = 9.0  # seconds: more than a page waits


@contextmanager
def held(program: Program, seconds: float) -> Iterator[None]:
    """The right to write, in another program's hands for so long or to the end of the block."""
    over, is_held = threading.Event(), threading.Event()

    def hold() -> None:
        if program.database:
            import psycopg  # noqa: PLC0415 - only where it is the database

            with psycopg.connect(program.database) as taken:
                taken.execute("LOCK TABLE clients_client IN ACCESS EXCLUSIVE MODE")
                is_held.set()
                over.wait(seconds)
                taken.rollback()
        else:
            with closing(sqlite3.connect(program.folder / "data" / "kartu.sqlite3", isolation_level=None)) as taken:
                taken.execute("BEGIN IMMEDIATE")
                is_held.set()
                over.wait(seconds)
                taken.execute("ROLLBACK")

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert is_held.wait(20)
        yield
    finally:
        over.set()
        holder.join()


def new_client(browser: Browser, name: str) -> dict[str, str]:
    return {**browser.hidden("/clients/new/"), "kind": "company", "name": name}


def count(program: Program, name: str) -> int:
    return program.rows(f"SELECT COUNT(*) FROM clients_client WHERE name = '{name}'")[0][0]  # noqa: S608 - ours


def test_a_form_sent_while_the_database_is_held_is_kept_and_saved_once(new_kartu: Program) -> None:
    new_kartu.run("from tests.kills.founding import main; main('localhost', 9)")
    new_kartu.start()
    browser = Browser(new_kartu.url, "olga@example.com")
    browser.sign_in(PASSWORD)
    long, short = new_client(browser, "PT Lama"), new_client(browser, "PT Sebentar")

    with held(new_kartu, LONG):
        began = time.monotonic()
        refused = browser.post("/clients/new/", long)
        waited = time.monotonic() - began
    with held(new_kartu, 1.0):
        saved = browser.post("/clients/new/", short)

    assert (refused.status, refused.headers["Retry-After"], "PT Lama" in refused.text) == (503, "5", True)
    assert waited < LONG, "it waited until the other one was done"
    assert (saved.status, count(new_kartu, "PT Sebentar")) == (302, 1)
    assert count(new_kartu, "PT Lama") == 0
    assert [browser.post("/clients/new/", long).status for _time in range(2)] == [302, 302]
    assert count(new_kartu, "PT Lama") == 1


def cut_off(program: Program) -> int:
    """End every connection of the program to PostgreSQL; how many. A file has none that could be cut."""
    if not program.database:
        return 0
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    return len(program.rows(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))  # noqa: S608


def test_whoever_is_cut_off_from_the_database_goes_on_and_saves_once(new_kartu: Program) -> None:
    new_kartu.run("from tests.kills.founding import main; main('localhost', 9)")
    new_kartu.start()
    browser, cuts = Browser(new_kartu.url, "olga@example.com"), 0
    browser.sign_in(PASSWORD)

    for number in range(8):
        form = new_client(browser, f"PT {number}")
        cuts += cut_off(new_kartu)
        answers = [browser.post("/clients/new/", form).status for _time in range(3)]
        assert set(answers) <= {302, 503} and answers[-1] == 302, answers
        assert count(new_kartu, f"PT {number}") == 1
    assert cuts > 8 or not new_kartu.database
    checked = new_kartu.kartu("check")
    assert checked.returncode == 0, checked.stdout
