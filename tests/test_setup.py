"""Set-up on a machine that has little."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import machine, main, rebuild, setup, testing
from tools.setup import Missing

pytestmark = pytest.mark.no_database


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in a folder of its own."""
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "BUILD", tmp_path / "build")
    monkeypatch.setattr(setup, "NODE", tmp_path / ".node")
    return tmp_path


class Step:
    """Something to do once, that counts how often it is done."""

    def __init__(self, root: Path) -> None:
        self.source, self.made, self.stamp = root / "source", root / "made", root / "stamp"
        self.source.write_text("one")
        self.times = 0

    def __call__(self, *facts: str) -> int:
        def do() -> None:
            self.times += 1
            self.made.write_text("made")

        setup.once("A step", self.stamp, [self.source], do, facts=facts, makes=[self.made])
        return self.times


def test_a_step_is_done_once_for_the_same_inputs(root: Path) -> None:
    step = Step(root)

    assert [step(), step(), step()] == [1, 1, 1]


def test_a_step_is_done_again_when_an_input_a_fact_or_its_result_changes(root: Path) -> None:
    step = Step(root)
    step()

    step.source.write_text("two")
    assert step() == 2
    assert step("another Python") == 3
    step.made.unlink()
    assert step("another Python") == 4
    os.utime(step.source, (1, 1))
    assert step("another Python") == 4  # times of files say nothing


def test_a_step_that_failed_is_done_again(root: Path) -> None:
    step = Step(root)
    step()
    step.source.write_text("two")

    with pytest.raises(Missing):
        setup.once("A step", step.stamp, [step.source], lambda: setup.quietly([sys.executable, "-c", "exit(3)"]))

    assert step() == 2


def test_a_file_that_moves_changes_the_fingerprint(root: Path) -> None:
    (root / "a").write_text("text")
    before = setup.fingerprint([root / "a"])

    (root / "a").rename(root / "b")

    assert setup.fingerprint([root / "b"]) != before


def test_a_failed_command_shows_the_end_of_what_it_said(root: Path) -> None:
    code = "for n in range(99): print('line', n)\nexit(1)"

    with pytest.raises(Missing) as told:
        setup.quietly([sys.executable, "-c", code])

    assert "line 98" in str(told.value) and "line 10\n" not in str(told.value)


def test_a_node_that_is_too_old_is_no_node(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[str] = []
    for name, says in {"node": "v18.20.4", "npm": "10.0.0"}.items():
        (root / name).write_text(f"#!/bin/sh\necho {says}\n")
        (root / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(root))
    monkeypatch.setattr(setup, "pip", lambda *words: fetched.extend(words))
    (root / "requirements").mkdir()
    (root / "requirements" / "node.lock").write_text("")
    monkeypatch.setattr(setup, "REQUIREMENTS", root / "requirements")

    npm, environment = setup.node()

    assert "--require-hashes" in fetched
    assert npm[0].startswith(str(root / ".node"))
    assert environment["PATH"].startswith(str(root / ".node"))


def test_a_new_enough_node_is_used(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, says in {"node": "v20.19.0", "npm": "10.0.0"}.items():
        (root / name).write_text(f"#!/bin/sh\necho {says}\n")
        (root / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(root))

    assert setup.node()[0] == [str(root / "npm")]


def test_a_python_without_venv_is_told_in_one_line(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(Missing) as told:
        setup.virtual_environment()

    assert "apt install python3-venv" in str(told.value) and "\n" not in str(told.value)


def test_an_old_python_is_told_what_it_lacks(tmp_path: Path) -> None:
    code = Path(setup.__file__).parents[1].joinpath("start.py").read_text()
    asked = "import sys; sys.version_info = (3, 8, 2); exec(compile(sys.argv[1], 'start.py', 'exec'))"

    done = subprocess.run([sys.executable, "-c", asked, code], capture_output=True, text=True, cwd=tmp_path)

    assert done.returncode == 1
    assert done.stderr.strip() == ("Kartu needs Python 3.11 or newer; this is Python 3.8. See python.org/downloads.")


def test_nothing_of_the_callers_python_reaches_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "kept")

    environment = setup.environment()

    assert "PYTHONPATH" not in environment
    assert environment["PIP_INDEX_URL"] == "kept"


def test_the_demo_firm_never_mixes_with_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "holiday.jpg").write_text("")
    monkeypatch.setenv("KARTU_DATA", str(tmp_path))
    monkeypatch.delenv("KARTU_DATABASE", raising=False)
    with pytest.raises(Missing, match="holds something else"):
        main.demo_folder("en")

    monkeypatch.setenv("KARTU_DATABASE", "postgresql://somewhere/firm")
    with pytest.raises(Missing, match="folder of its own"):
        main.demo_folder("en")


def test_each_language_has_a_demo_firm_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "ROOT", tmp_path)
    monkeypatch.delenv("KARTU_DATA", raising=False)
    monkeypatch.delenv("KARTU_DATABASE", raising=False)

    def fill(command: list[str], env: dict[str, str]) -> None:
        Path(env["KARTU_DATA"]).mkdir()
        Path(env["KARTU_DATA"], "kartu.sqlite3").write_text(command[-1])

    monkeypatch.setattr(setup, "quietly", fill)
    made = {language: (main.demo_folder(language) / "kartu.sqlite3").read_text() for language in ("en", "ru", "en")}

    assert made == {"en": "en", "ru": "ru"}


def test_an_interrupted_demo_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "demo"
    monkeypatch.setenv("KARTU_DATA", str(folder))
    monkeypatch.delenv("KARTU_DATABASE", raising=False)

    def fill(command: list[str], env: dict[str, str]) -> None:
        Path(env["KARTU_DATA"]).mkdir()
        Path(env["KARTU_DATA"], "kartu.sqlite3").write_text("half")
        if not (tmp_path / "second").exists():
            raise KeyboardInterrupt
        Path(env["KARTU_DATA"], "kartu.sqlite3").write_text("whole")

    monkeypatch.setattr(setup, "quietly", fill)
    with pytest.raises(KeyboardInterrupt):
        main.demo_folder("id")
    assert not folder.exists()

    (tmp_path / "second").touch()
    assert main.demo_folder("id") == folder
    assert (folder / "kartu.sqlite3").read_text() == "whole"


def test_the_newest_postgresql_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for version in ("9.6", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(machine, "POSTGRES_PLACES", [f"{tmp_path}/*/bin"])

    assert machine.postgres_binaries() == tmp_path / "17" / "bin"


def test_a_browser_that_is_named_but_not_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KARTU_BROWSER", "/nowhere/chromium")

    assert machine.browser() is None


def test_strict_allows_absent_samples_and_no_other_skip(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    account = tmp_path / "account"

    def report(strict: bool, *reasons: str) -> int:
        lines = ['{"outcome": "passed", "test": "t", "reason": ""}']
        lines += [f'{{"outcome": "skipped", "test": "t", "reason": "{reason}"}}' for reason in reasons]
        account.write_text("\n".join(lines))
        run = testing.Run(tmp_path, strict)
        run.read(account, "Tests")
        return run.report()

    assert report(True, "the samples are not here") == 0
    assert report(False, "no browser") == 0
    assert report(True, "no browser") == 1
    assert "Skipped: t: no browser" in capsys.readouterr().out


def test_every_test_that_failed_is_named_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """In each call of pytest, by workers too, and whatever failed: the test, what it had asked for, or its file."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)  # this run's own
    tests = tmp_path / "inner"
    tests.mkdir()
    (tests / "__init__.py").touch()
    (tests / "conftest.py").write_text("from conftest import pytest_collectreport, pytest_runtest_logreport\n")
    (tests / "test_some.py").write_text(
        "import pytest\n\n"
        "@pytest.fixture\ndef lent():\n    yield\n    raise OSError\n\n"
        "def test_good():\n    pass\n\n"
        "def test_bad():\n    assert 0\n\n"
        "def test_left_behind(lent):\n    pass\n"
    )
    (tests / "test_unread.py").write_text("import nothing_of_the_sort\n")
    ours = ["-c", "pyproject.toml", "--rootdir", str(tests)]
    run = testing.Run(tmp_path, strict=False)

    run.suite("SQLite", "", [*ours, "-n", "1", str(tests / "test_some.py")])
    run.suite("PostgreSQL", "", [*ours, str(tests / "test_unread.py")])

    assert run.report() == 1
    said = capsys.readouterr().out.split("FAILED: ")
    assert [part.splitlines()[1:] for part in said[1:-1]] == [
        ["  test_some.py::test_bad (call)", "  test_some.py::test_left_behind (teardown)"]
    ]
    assert said[-1].splitlines()[1:] == ["  test_unread.py (collect)", "2 passed, 3 failed, 0 skipped"]


def test_a_run_without_tests_is_no_success(tmp_path: Path) -> None:
    assert testing.Run(tmp_path, strict=False).report() == 1


def test_two_different_builds_are_told(root: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    builds = iter(["one", "two"])

    def build() -> None:
        (root / "build" / "frontend").mkdir(parents=True, exist_ok=True)
        (root / "build" / "frontend" / "app.js").write_text(next(builds))

    monkeypatch.setattr(setup, "everything", lambda: None)
    monkeypatch.setattr(setup, "build_front_end", build)
    monkeypatch.setattr(rebuild, "BUILD", root / "build")

    assert rebuild.main() == 1
    assert "differ: app.js" in capsys.readouterr().out
