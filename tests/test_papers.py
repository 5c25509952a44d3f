"""The papers say what is so."""

import json
import re
from pathlib import Path

import pytest

from kartu.project.cli import VERBS

pytestmark = pytest.mark.no_database

ROOT = Path(__file__).resolve().parents[1]
VARIABLE = re.compile(r"\bKARTU_[A-Z_]+\b")
NOT_FROM_OUTSIDE = {"KARTU_APPS"}  # a setting, not a variable
SOURCES = ["start.py", "conftest.py", "kartu/**/*.py", "tools/*.py", "bench/*.py", "tests/*.py"]


def text(name: str) -> str:
    return (ROOT / name).read_text()


def plain(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def test_every_variable_of_the_environment_is_explained() -> None:
    used = {name for pattern in SOURCES for path in ROOT.glob(pattern) for name in VARIABLE.findall(path.read_text())}
    told = set(VARIABLE.findall(text("docs/settings.md")))

    assert used - NOT_FROM_OUTSIDE == told


def test_every_package_is_named_in_the_notices() -> None:
    locked = re.findall(r"^([\w.-]+)==", text("requirements/run.lock"), re.MULTILINE)
    in_browser = json.loads(text("package.json"))["dependencies"]
    words = {plain(word) for word in re.findall(r"[@\w./-]+", text("NOTICE.md"))}

    assert len(locked) > 25
    assert [name for name in [*locked, *in_browser] if plain(name) not in words] == []


@pytest.mark.parametrize("lock", ["requirements/run.lock", "requirements/test.lock", "requirements/node.lock"])
def test_a_lock_has_a_hash_for_everything_and_a_host_for_nothing(lock: str) -> None:
    packages = re.split(r"\n(?=[\w.-]+==)", text(lock))[1:]

    assert packages and all("--hash=sha256:" in package for package in packages)
    assert "://" not in text(lock) and "index" not in text(lock)


def test_the_front_end_lock_has_a_hash_for_everything_and_an_address_for_nothing() -> None:
    packages = json.loads(text("package-lock.json"))["packages"]

    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or package.get("integrity") or package.get("link"), name


def test_the_tests_run_with_the_versions_that_firms_run_with() -> None:
    def versions(lock: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text(lock), re.MULTILINE))

    run, test = versions("requirements/run.lock"), versions("requirements/test.lock")

    assert {name: test.get(name) for name in run} == run


def test_the_readme_names_only_verbs_and_files_that_exist() -> None:
    readme = text("README.md")

    assert set(re.findall(r"\.venv/bin/kartu (\w[\w-]*)", readme)) <= set(VERBS)
    for link in re.findall(r"\]\(([\w./-]+)\)", readme + text("CONTRIBUTING.md")):
        if not link.startswith("docs/pictures/"):
            assert (ROOT / link).exists(), link
