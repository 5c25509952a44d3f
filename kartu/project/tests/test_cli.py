import subprocess
import sys
from pathlib import Path

import pytest

from kartu.project import cli
from kartu.project.cli import VERBS

ROOT = Path(cli.__file__).resolve().parents[2]


def kartu(*words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "kartu.project", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize("words", [(), ("--help",), ("help",)])
def test_help_names_our_verbs_one_line_each_and_nothing_else(words: tuple[str, ...]) -> None:
    done = kartu(*words)

    lines = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    assert [line.split()[0] for line in lines] == list(VERBS)
    assert all(len(line) < 80 for line in lines)
    assert done.returncode == 0


@pytest.mark.parametrize("verb", ["migrate", "shell", "flush", "nothing"])
def test_what_is_no_verb_of_ours_is_refused(verb: str) -> None:
    done = kartu(verb)

    assert done.returncode == 1
    assert done.stderr.startswith(f"There is no `kartu {verb}`.\n")


def test_up_loads_no_django() -> None:
    code = "import sys; import kartu.project.up, kartu.project.cli; print('django' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert done.stdout.strip() == "False"
