"""What every test can ask for, and the account of what was skipped and why."""

import gc
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.db import connections, router
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from kartu.core.testing.tables import only_filled_ones_are_emptied
from kartu.firm.required import Stake, stakes
from kartu.security import triggers
from tools import machine

pytest_plugins = [
    "kartu.firm.people_for_tests",
    "kartu.core.testing.browser",
    "kartu.core.testing.shared",  # before the next, which imports it
    "kartu.core.testing.processes",
]
PROCESSES_MARK = "mark.processes"
ROOT = Path(__file__).resolve().parent

# How fast examples are made and tried is the machine's business, and no test is red because another one took its core.
hypothesis_settings.register_profile("kartu", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("kartu")


@pytest.fixture(scope="session")
def browser_path() -> str:
    """A Chromium, Chrome or Edge for `playwright...launch(executable_path=browser_path)`."""
    path = machine.browser()
    if not path:
        pytest.skip("no Chromium, Chrome or Edge was found; KARTU_BROWSER can name one")
    return path


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real files of other programs, which stands beside the project where it is developed."""
    folder = Path(os.environ.get("KARTU_SAMPLES") or ROOT.parent / "shared" / "samples")
    if not folder.is_dir():
        pytest.skip("the samples are not here")
    return folder


@pytest.fixture(autouse=True)
def first_import(monkeypatch: pytest.MonkeyPatch) -> Stake:
    """From the first import on a second step is required of owners at their next request: not in tests, which say so
    themselves where they are about it (`stakes`)."""
    stake = stakes.get("imports")
    monkeypatch.delitem(stakes._items, "imports")
    return stake


@pytest.fixture(scope="session", autouse=True)
def ledgers_can_be_emptied_between_tests() -> Iterator[None]:
    """A test that commits is cleaned up by emptying the tables, which append-only ones refuse by their triggers.

    They are dropped for that moment; emptying ends with Django's post_migrate, which makes them again.
    """
    empty = TransactionTestCase._fixture_teardown

    def drop_and_empty(self: TransactionTestCase) -> None:
        for alias in connections:
            drop_triggers(alias)
        empty(self)

    with pytest.MonkeyPatch.context() as patch, only_filled_ones_are_emptied():
        patch.setattr(TransactionTestCase, "_fixture_teardown", drop_and_empty)
        yield


def drop_triggers(alias: str) -> None:
    connection = connections[alias]
    with connection.cursor() as cursor:
        for model in triggers.append_only_models():
            if not router.allow_migrate_model(alias, model):
                continue
            table = f" ON {model._meta.db_table}" if connection.vendor == "postgresql" else ""
            for name in triggers.names(model, connection.vendor):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{table}")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """For the few tests with processes the other files are not read."""
    is_left_out = config.option.markexpr == "processes" and collection_path.match("test_*.py")
    return True if is_left_out and not says_that_it_starts_processes(collection_path) else None


def pytest_itemcollected(item: pytest.Item) -> None:
    """The files whose tests start processes are found by the words of the mark."""
    if item.get_closest_marker("processes") and not says_that_it_starts_processes(item.path):
        raise pytest.Collector.CollectError(f"{item.nodeid} is marked from elsewhere: say {PROCESSES_MARK} in its file")


@cache
def says_that_it_starts_processes(path: Path) -> bool:
    return PROCESSES_MARK in path.read_text(encoding="utf-8")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browsers last: Playwright keeps a loop in its thread from then on, and no other test is to meet it.

    Tests of one sort keep the order that pytest-django gave them.
    """
    for item in items:
        if item.get_closest_marker("no_database") and {"db", "transactional_db"} & set(item.fixturenames):
            raise pytest.UsageError(f"{item.nodeid} is marked no_database, and asks for one")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_collection_finish() -> None:
    """What has been loaded stays: the collector need not walk through all of the program again and again."""
    gc.collect()
    gc.freeze()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        write("skipped", report)
    elif report.failed:
        write("failed", report)
    elif report.when == "call":
        write("passed", report)
    else:
        write("done", report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if not report.passed:
        write(report.outcome, report)


def write(outcome: str, report: pytest.TestReport | pytest.CollectReport) -> None:
    """A line for `start.py test`: of each test one of setting up, calling and tearing down, with its seconds; what
    "passed" is the call. Under xdist only the controller writes: it hears of every test."""
    account = os.environ.get("KARTU_TEST_ACCOUNT")
    if not account or "PYTEST_XDIST_WORKER" in os.environ:
        return
    entry = {
        "outcome": outcome,
        "test": report.nodeid,
        "phase": getattr(report, "when", "collect"),
        "seconds": round(getattr(report, "duration", 0), 4),
        "worker": getattr(report, "worker_id", ""),
        "reason": report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else "",
    }
    with open(account, "a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")
