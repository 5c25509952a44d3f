"""Rows that commit behind higher ids join the next seal. On PostgreSQL only: see collect_ignore in conftest.py."""

import threading

import pytest
from django.db import connection, connections, transaction

from kartu.core.actors import System
from kartu.core.testing.processes import wait_until
from kartu.security import audit
from kartu.security.models import Seal
from kartu.security.models.audit import Verb
from kartu.security.seals import sealing
from kartu.security.seals.sealing import seal_new
from kartu.security.seals.verifying import verify_log

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def act() -> int:
    return audit.record(Verb.SETTING, by=System("tests of seals"), values={"a": 1}).pk


class LateWriter(threading.Thread):
    """Writes an act at once and commits when it is told to."""

    def __init__(self, *, undo: bool = False) -> None:
        super().__init__()
        self.undo, self.has_written, self.may_end = undo, threading.Event(), threading.Event()

    def __enter__(self) -> "LateWriter":
        self.start()
        assert self.has_written.wait(20)
        return self

    def run(self) -> None:
        with transaction.atomic():
            self.row = act()
            self.has_written.set()
            self.may_end.wait(20)
            transaction.set_rollback(self.undo)
        connections.close_all()

    def __exit__(self, *args: object) -> None:
        self.may_end.set()
        self.join()


def newest() -> Seal:
    return Seal.objects.order_by("-number")[0]


def seal_until_nothing_is_waited_for() -> None:
    """Other tests on the same server may have transactions of that time open: a gap is waited for as long as they."""

    def has_settled() -> bool:
        act()
        seal_new()
        return newest().awaits == []

    wait_until(has_settled, seconds=120, what="the last gap to be given up")


def test_a_row_that_commits_late_joins_the_next_seal():
    before = act()
    with LateWriter() as late:
        after = act()
        seal_new()
        assert newest().members == f"{before},{after}"
        assert verify_log().count == 0

    assert verify_log().count == 0  # it is there now, and waits
    seal_new()

    assert (newest().members, newest().reach) == (str(late.row), after)
    assert [gap for gap in newest().awaits if gap[1] >= before] == []
    assert verify_log().count == 0


def test_a_number_that_never_comes_is_waited_for_until_its_transaction_has_ended(monkeypatch):
    monkeypatch.setattr(sealing, "PATIENCE", 2)
    act()
    with LateWriter(undo=True) as late:
        for _ in range(4):
            act()
            seal_new()
        assert newest().awaits[-1][:2] == [late.row, late.row]

    seal_until_nothing_is_waited_for()

    assert verify_log().count == 0


def test_a_row_slipped_into_a_number_that_nobody_waits_for_is_found(monkeypatch):
    monkeypatch.setattr(sealing, "PATIENCE", 0)
    with LateWriter(undo=True) as late:
        act()
        seal_new()
    seal_until_nothing_is_waited_for()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO security_auditrow (id, at, why, verb, object_type, root_type, session, address, request_id, "
            "digest) VALUES (%s, now(), '', 'print', '', '', '', '', '', '')",
            [late.row],
        )

    assert [(finding.what, finding.row) for finding in verify_log().findings] == [("inserted", late.row)]
