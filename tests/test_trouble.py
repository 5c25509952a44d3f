"""A database that is locked, full or failing: told as what it is, what was typed at hand, nothing saved by halves."""

import errno
import html
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.test import Client as Browser

from kartu.clients import actions
from kartu.clients.models import Client, Touch
from kartu.core import trouble
from kartu.core.trouble import AWAY, BROKEN, BUSY, FULL, trouble_in
from tests.api.calls import Calls

FORM = {"kind": "company", "name": "PT Sinar", "about": "\n two\nlines & <more>"}


def failing(code: int | None = None, state: str | None = None) -> OperationalError:
    """What Django raises for a failure of the database's own."""
    if code is not None:
        cause: Exception = sqlite3.OperationalError("failed")
        cause.sqlite_errorcode = code
    else:
        psycopg = pytest.importorskip("psycopg")
        cause = psycopg.errors.lookup(state)("failed") if state else psycopg.OperationalError("connection failed")
    raised = OperationalError("failed")
    raised.__cause__ = cause
    return raised


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (failing(sqlite3.SQLITE_BUSY), BUSY),
        (failing(sqlite3.SQLITE_BUSY_SNAPSHOT), BUSY),
        (failing(sqlite3.SQLITE_FULL), FULL),
        (failing(sqlite3.SQLITE_IOERR_FSYNC), BROKEN),
        (failing(sqlite3.SQLITE_CONSTRAINT), None),
        (OSError(errno.ENOSPC, "no space"), FULL),
        (OSError(errno.EIO, "disk"), BROKEN),
        (OSError("odd"), None),
        (ValueError("ours"), None),
        (None, None),
    ],
)
def test_trouble_is_told_from_failures_of_the_program(failure, told):
    assert trouble_in(failure) is told


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("55P03", BUSY),
        ("40001", BUSY),
        ("53100", FULL),
        ("57P01", AWAY),
        ("08006", AWAY),
        (None, AWAY),
        ("23505", None),
    ],
)
def test_trouble_of_postgresql_is_told_by_its_states(state, told):
    assert trouble_in(failing(state=state)) is told


@pytest.fixture
def browser(seller) -> Browser:
    browser = Browser(raise_request_exception=False)
    browser.force_login(seller)
    return browser


@pytest.fixture(autouse=True)
def sound_disk(monkeypatch):
    monkeypatch.setattr(trouble, "disk", trouble.Disk())
    monkeypatch.setattr("kartu.core.views.errors.disk", trouble.disk)


def writes_fail(failure: Exception, table: str = "clients_client"):
    """Nothing that writes a new row of `table` gets through."""

    def wrapper(execute, sql, params, many, context):
        if sql.startswith(f'INSERT INTO "{table}"'):
            raise failure
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper)


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "told"), [(sqlite3.SQLITE_BUSY, BUSY), (sqlite3.SQLITE_FULL, FULL)])
def test_what_was_typed_is_there_to_be_sent_again(browser, seller, code, told):
    with writes_fail(failing(code)):
        answer = browser.post("/clients/new/", FORM | {"idempotency_key": "one"})
    page = answer.content.decode()
    again = {
        name: html.unescape(value)
        for name, value in re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    }

    assert (answer.status_code, answer.get("Retry-After")) == (told.status, str(told.wait) if told.wait else None)
    assert str(told.title) in page
    assert again == FORM | {"idempotency_key": "one"}
    assert not Client.objects.visible_to(seller).exists()
    for _time in range(2):
        assert browser.post("/clients/new/", again).status_code == 302
    assert Client.objects.visible_to(seller).get().about == "two lines & <more>"


@pytest.mark.django_db
def test_a_password_is_not_written_into_the_page(browser):
    with writes_fail(failing(sqlite3.SQLITE_BUSY)):
        answer = browser.post("/clients/new/", FORM | {"new_password": "secret words"})

    assert (answer.status_code, b"secret words" in answer.content) == (503, False)


@pytest.mark.django_db
def test_a_form_in_a_drawer_stays_and_hears_of_it_beside(browser):
    with writes_fail(failing(sqlite3.SQLITE_BUSY)):
        answer = browser.post("/clients/new/", FORM, headers={"HX-Request": "true"})

    assert (answer.status_code, b"<html" in answer.content) == (503, False)


@pytest.mark.django_db
def test_programs_are_told_when_to_go_on(seller):
    with writes_fail(failing(sqlite3.SQLITE_BUSY)):
        answer = Calls(seller)("POST", "clients", {"name": "PT Sinar"})

    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "busy", "5")


@pytest.mark.django_db
def test_after_a_failing_disk_nothing_more_is_written_and_all_is_read(browser, seller):
    with writes_fail(failing(sqlite3.SQLITE_IOERR_FSYNC)):
        assert browser.post("/clients/new/", FORM).status_code == 503

    assert browser.post("/clients/new/", FORM).status_code == 503
    assert Calls(seller)("POST", "clients", {"name": "PT Sinar"}).json()["code"] == "broken"
    assert not Client.objects.visible_to(seller).exists()
    assert browser.get("/clients/").status_code == 200


@contextmanager
def no_room() -> Iterator[None]:
    """The database cannot grow: SQLite's file really cannot, PostgreSQL says what it does on a full disk."""
    if connection.vendor == "postgresql":
        with writes_fail(failing(state="53100"), "clients_touch"):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            yield
        finally:
            cursor.execute("PRAGMA max_page_count = 4294967294")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_cannot_grow_says_that_the_disk_is_full(browser, seller):
    client = actions.add_client(name="PT Sinar", by=seller)
    note = {"kind": "note", "text": "long " * 3000}

    with no_room():
        answer = browser.post(f"/clients/{client.pk}/touches/", note)
        card = browser.get(f"/clients/{client.pk}/")

    assert (answer.status_code, card.status_code) == (507, 200)
    assert not Touch.objects.visible_to(seller).exists()
    assert browser.post(f"/clients/{client.pk}/touches/", note).status_code < 400
    assert Touch.objects.visible_to(seller).count() == 1
