"""The test kit itself: what it cleans up, it leaves protected."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction

from conftest import PROCESSES_MARK, pytest_collection_modifyitems, pytest_ignore_collect, pytest_itemcollected
from kartu.core.actors import System
from kartu.core.testing import shared
from kartu.core.testing.shared import Shared
from kartu.security import audit, triggers
from kartu.security.models import AuditRow
from kartu.security.models.audit import Verb


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_a_committed_audit_row_is_gone_for_the_next_test_and_its_table_protected_again(time: str) -> None:
    assert triggers.missing() == []
    assert AuditRow.objects.count() == 0

    with transaction.atomic():
        audit.record(Verb.CREATE, None, by=System("a test"))

    with pytest.raises(DatabaseError):
        AuditRow.objects.all().delete()


def test_a_test_marked_no_database_that_asks_for_one_stops_the_run(request):
    asks = SimpleNamespace(
        nodeid="test_asking", fixturenames=["db"], get_closest_marker=lambda name: name == "no_database" or None
    )

    with pytest.raises(pytest.UsageError, match="test_asking is marked no_database"):
        pytest_collection_modifyitems([asks])


def test_browsers_come_last_and_the_rest_keeps_its_order():
    def item(name: str, *marks: str) -> SimpleNamespace:
        return SimpleNamespace(nodeid=name, fixturenames=[], get_closest_marker=lambda mark: mark in marks or None)

    items = [item("a page", "browser"), item("a rule"), item("a look", "browser", "looks"), item("a sum")]

    pytest_collection_modifyitems(items)

    assert [each.nodeid for each in items] == ["a rule", "a sum", "a page", "a look"]


def test_what_workers_share_is_made_by_the_first_and_dropped_by_the_last(tmp_path, monkeypatch):
    made, dropped = [], []
    monkeypatch.setattr(shared, "drop_database", dropped.append)
    one, other = Shared(tmp_path / "shared"), Shared(tmp_path / "shared")

    def make(folder: Path) -> str:
        made.append(folder)
        return "postgresql://server/kartu_1"

    assert one.once("firm", make) == other.once("firm", make)
    one.leave()
    assert (len(made), dropped) == (1, [])

    other.leave()
    assert dropped == ["postgresql://server/kartu_1"]


def test_what_was_made_by_half_is_made_anew(tmp_path):
    workers = Shared(tmp_path / "shared")

    def fail(folder: Path) -> str:
        (folder / "data").mkdir()
        raise OSError

    def make(folder: Path) -> str:
        (folder / "data").mkdir()
        return ""

    with pytest.raises(OSError):
        workers.once("firm", fail)

    assert (workers.once("firm", make).folder / "data").exists()


def test_files_that_do_not_speak_of_processes_are_not_read_for_those_tests(tmp_path):
    (tmp_path / "test_a.py").write_text("pytestmark = STARTS_PROCESSES")
    (tmp_path / "test_b.py").write_text("pytestmark = pytest." + PROCESSES_MARK)

    def left_out(name: str, chosen: str) -> bool | None:
        return pytest_ignore_collect(tmp_path / name, SimpleNamespace(option=SimpleNamespace(markexpr=chosen)))

    assert left_out("test_a.py", "processes") is True
    assert left_out("test_b.py", "processes") is left_out("test_a.py", "not processes") is None


def test_a_test_with_processes_that_is_marked_from_elsewhere_stops_the_run(tmp_path):
    """It would never run."""
    (tmp_path / "test_a.py").write_text("pytestmark = STARTS_PROCESSES")
    marked = SimpleNamespace(nodeid="test_a", path=tmp_path / "test_a.py", get_closest_marker="processes".__eq__)

    with pytest.raises(pytest.Collector.CollectError, match="test_a is marked from elsewhere"):
        pytest_itemcollected(marked)
