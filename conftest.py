"""What every test can ask for, and the account of what was skipped and why."""

import json
import os
from pathlib import Path

import pytest

from tools import machine

pytest_plugins = ["kartu.firm.people_for_tests"]
ROOT = Path(__file__).resolve().parent


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


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        write("skipped", report)
    elif report.failed:
        write("failed", report)
    elif report.when == "call":
        write("passed", report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        write("skipped", report)


def write(outcome: str, report: pytest.TestReport | pytest.CollectReport) -> None:
    """One line for `start.py test`. Under xdist only the controller writes: it hears of every test."""
    account = os.environ.get("KARTU_TEST_ACCOUNT")
    if not account or "PYTEST_XDIST_WORKER" in os.environ:
        return
    reason = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""
    with open(account, "a", encoding="utf-8") as file:
        file.write(json.dumps({"outcome": outcome, "test": report.nodeid, "reason": reason}) + "\n")
