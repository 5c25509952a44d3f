"""The log tells when the program started and stopped, and when it was not stopped properly."""

import pytest

from kartu.core.actors import System
from kartu.security import audit, running
from kartu.security.models import AuditRow
from kartu.security.models.audit import Verb

pytestmark = pytest.mark.django_db


def lines() -> list[tuple[str, bool]]:
    rows = AuditRow.objects.filter(verb__in=(Verb.START, Verb.STOP)).select_related("payload").order_by("id")
    return [(row.verb, "unclean" in row.payload.values) for row in rows]


def test_a_start_after_a_kill_says_so_and_one_after_an_end_does_not():
    running.started()
    assert lines() == []  # a demo firm writes its past into an empty log
    audit.record(Verb.SETTING, by=System("a test"))
    for happens in (running.started, running.stopped, running.started, running.started):
        happens()

    assert lines() == [("start", False), ("stop", False), ("start", False), ("start", True)]
    assert AuditRow.objects.order_by("-id").first().payload.values["last_sign"]
