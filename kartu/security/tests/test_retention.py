"""Looks older than the firm keeps them are dropped by whole seals, and the log is still proved."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from conftest import drop_triggers
from kartu.core.actors import System
from kartu.security import triggers
from kartu.security.models import AuditRow, Seal, ViewRow
from kartu.security.seals import retaining, sealing
from kartu.security.seals.retaining import drop_views, mark_dropped
from kartu.security.seals.sealing import seal_new
from kartu.security.seals.verifying import verify_log
from kartu.security.views_log import saw

pytestmark = pytest.mark.django_db
CLOCK = System("tests of retention")


@pytest.fixture
def looks(seller, monkeypatch) -> list[int]:
    """Four looks under the seals 1 and 2, two years old, and four under 3 and 4, of today."""
    monkeypatch.setattr(sealing, "CHUNK", 2)
    old = timezone.now() - timedelta(days=730)
    for moment in (old, timezone.now()):
        for number in range(4):
            saw(ViewRow.LIST, by=seller, object_type="clients.client", detail={"n": number})
        with monkeypatch.context() as patch:
            patch.setattr(timezone, "now", lambda moment=moment: moment)
            seal_new()
    return list(ViewRow.objects.order_by("pk").values_list("pk", flat=True))


def year_ago():
    return timezone.now() - timedelta(days=365)


def found() -> list[tuple[str, int | None, int | None]]:
    return [(finding.what, finding.seal, finding.row) for finding in verify_log().findings]


def test_whole_seals_of_old_looks_go_and_the_chain_stays(looks):
    assert drop_views(before=year_ago(), by=CLOCK) == 4

    seal_new()
    assert list(ViewRow.objects.order_by("pk").values_list("pk", flat=True)) == looks[4:]
    assert Seal.objects.filter(store="views").count() == 4
    assert found() == []
    assert AuditRow.objects.latest("pk").why == "tests of retention"


def test_afterwards_the_ledger_is_closed_again(looks):
    drop_views(before=year_ago(), by=CLOCK)

    assert triggers.missing() == []
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM security_viewrow")


def test_a_drop_that_fails_leaves_the_ledger_closed(looks):
    with pytest.raises(RuntimeError), transaction.atomic(), triggers.lifted(ViewRow, "DELETE"):
        raise RuntimeError

    assert triggers.missing() == []


def test_a_run_that_was_cut_short_raises_no_alarm_and_is_finished(looks, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(retaining, "drop", lambda members: 0)
        drop_views(before=year_ago(), by=CLOCK)
    assert found() == []

    assert drop_views(before=year_ago(), by=CLOCK) == 4
    assert found() == []
    assert AuditRow.objects.filter(verb="erase").count() == 1


def test_newer_looks_that_went_with_the_old_ones_are_found(looks):
    drop_views(before=year_ago(), by=CLOCK)

    drop_triggers("default")
    ViewRow.objects.filter(pk=looks[5])._raw_delete("default")
    triggers.install()

    assert found() == [("missing", 3, looks[5])]


def test_a_look_slipped_in_among_the_dropped_ones_is_found(looks):
    drop_views(before=year_ago(), by=CLOCK)

    with connection.cursor() as cursor:
        columns = "at, actor_id, kind, object_type, object_id, detail, session, address"
        copy = f"INSERT INTO security_viewrow (id, {columns}) SELECT %s, {columns} FROM security_viewrow WHERE id = %s"
        cursor.execute(copy, [looks[1], looks[5]])

    assert found() == [("changed", 1, looks[1])]


def test_it_requires_the_right(looks, head):
    with pytest.raises(PermissionDenied):
        mark_dropped(up_to=2, before=year_ago(), by=head)
    with pytest.raises(PermissionDenied):
        drop_views(before=year_ago(), by=head)

    assert ViewRow.objects.count() == 8


def test_the_command_keeps_at_least_a_year(looks, capsys):
    with pytest.raises(CommandError, match="At least"):
        call_command("audit", "retain", "--years", "0")

    call_command("audit", "retain", "--years", "1")

    assert capsys.readouterr().out.startswith("4 looks from before ")
