"""Whoever alters the log is told of to the owners, by bell and letter."""

import pytest

from conftest import drop_triggers
from kartu.core.actors import System
from kartu.core.testing import run_jobs
from kartu.notifications.models import Hop, Notification
from kartu.security import audit, triggers
from kartu.security.jobs import log
from kartu.security.models import AuditRow
from kartu.security.models.audit import Verb
from kartu.security.seals.sealing import seal_new

pytestmark = pytest.mark.django_db


def verified() -> None:
    log.verify_at_night.later()
    run_jobs()


def told() -> list[Notification]:
    return list(Notification.objects.as_system("a test").filter(kind="security.log_broken"))


def test_the_owners_hear_once_of_what_is_broken_and_of_a_whole_log_nothing(owner, head):
    row = audit.record(Verb.SETTING, by=System("tests of the log"), values={"a": 1}).pk
    seal_new()
    verified()
    assert not told()
    drop_triggers("default")
    AuditRow.objects.filter(pk=row).update(why="another")
    triggers.install()

    verified()
    verified()

    [notice] = told()
    assert notice.person == owner
    assert f"Line {row}" in notice.text
    assert Hop.objects.filter(notification_id=notice.pk, channel="email").exists()  # or why no letter could go
