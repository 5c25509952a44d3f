"""The page of the log, the verification that it starts, and the head that is told each day."""

import re
from contextlib import closing

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import drop_triggers
from kartu.core.actors import System
from kartu.core.jobs import queue, run
from kartu.core.models import Job
from kartu.security import audit, backup, triggers
from kartu.security.backup.archive import Reader
from kartu.security.jobs import log
from kartu.security.models import AuditRow, Seal, ToldHead
from kartu.security.models.audit import Verb
from kartu.security.seals.heads import current_head, tell_head
from kartu.security.seals.sealing import seal_new

pytestmark = pytest.mark.django_db


def act() -> int:
    return audit.record(Verb.SETTING, by=System("tests of the log"), values={"a": 1}).pk


def altered(row: int) -> None:
    drop_triggers("default")
    AuditRow.objects.filter(pk=row).update(why="another")
    triggers.install()


@pytest.fixture
def page(client, owner):
    client.force_login(owner)
    return lambda: re.sub(r"\s+", " ", client.get("/log/").content.decode())


@pytest.fixture
def sealed(owner) -> int:
    row = act()
    seal_new()
    return row


def work() -> None:
    """As the worker does."""
    while job := queue.claim("test", ["default", "long", "events", "mail"]):
        run.run(job)


def test_a_log_without_seals_says_when_the_first_one_comes(page):
    assert "Nothing is sealed yet" in page()


def test_the_page_shows_the_newest_seal_and_what_was_told(page, sealed):
    told = tell_head()

    shown = page()

    assert str(current_head()) in shown
    assert f'data-copy="{told}"' in shown


def test_a_verification_is_asked_for_once_and_tells_how_it_went(client, page, sealed):
    for _press in range(2):
        assert client.post("/log/verify/").status_code == 302
    assert Job.objects.filter(name="security.verify").count() == 1
    assert "Verifying the log" in page()

    work()

    assert "Nothing was altered" in page()


def test_a_verification_names_the_line_that_was_altered(client, page, sealed):
    altered(sealed)

    client.post("/log/verify/")
    work()

    shown = page()
    assert "The log was altered" in shown
    assert f"Line {sealed} of the log of acts was altered after seal 1 was put on it." in shown
    assert "Nothing was altered" not in shown


def test_the_log_must_lead_through_the_seal_of_a_letter(client, page, sealed):
    client.post("/log/verify/", {"anchor": "7:" + "a" * 64})
    work()

    assert "The end of the log was cut off: seal 7 was told to you and is not there." in page()


def test_half_a_seal_of_a_letter_is_refused(client, page, sealed):
    answer = client.post("/log/verify/", {"anchor": "7:abc"})

    assert answer.status_code == 422
    assert "Copy it whole" in answer.content.decode()
    assert not Job.objects.filter(name="security.verify").exists()


def test_who_has_not_the_right_can_ask_for_no_verification_past_the_page_either(head):
    with pytest.raises(PermissionDenied):
        log.verify.later(by=head)


def test_the_page_asks_as_much_with_one_told_head_as_with_three(client, page, sealed):
    counts = []
    for day in range(3):
        act()
        seal_new()
        newest = current_head()
        ToldHead.objects.create(day=f"2026-03-0{day + 1}", number=newest.number, hash=newest.hash, rows=newest.rows)
        page()
        with CaptureQueriesContext(connection) as queries:
            page()
        counts.append(len(queries))

    assert counts[0] == counts[1] == counts[2]


def test_a_head_is_told_once_a_day_and_only_when_it_is_new(sealed):
    assert tell_head() is not None
    act()
    seal_new()
    assert tell_head() is None

    drop_triggers("default")
    ToldHead.objects.update(day="2026-03-01")
    triggers.install()

    assert tell_head().number == 2
    assert Seal.objects.count() == 2


def test_the_command_tells_in_words_and_by_its_code(capsys, sealed):
    call_command("audit", "verify")
    assert f"Nothing was altered. The newest seal is {current_head()}" in capsys.readouterr().out

    altered(sealed)
    with pytest.raises(SystemExit) as ended:
        call_command("audit", "verify", "--anchor", f"9:{'b' * 64}")

    told = capsys.readouterr().out
    assert ended.value.code == 1
    assert f"BROKEN  Line {sealed} of the log of acts was altered" in told
    assert "seal 9 was told to you and is not there" in told


def test_the_command_refuses_what_is_no_anchor():
    with pytest.raises(CommandError, match="An anchor is"):
        call_command("audit", "verify", "--anchor", "12")


def test_a_backup_carries_the_head_of_the_log(sealed, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setitem(backup.save.__globals__, "snapshots", lambda folder: {})

    backup.save(tmp_path / "backup.zip", key=None)

    with closing(Reader(tmp_path / "backup.zip")) as saved:
        assert saved.manifest.log_head == f"1:{Seal.objects.get().hash}"
