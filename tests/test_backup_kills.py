"""kill -9 in the middle of a backup and of a restoration: what was good stays good, halves are taken for nothing."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import ROOT, Program

pytestmark = [pytest.mark.processes, pytest.mark.skipif(sys.platform == "win32", reason="needs signals")]

CLIENTS = "SELECT count(*) FROM clients_client"
DYING = """
import os, sys
from kartu.project import prepare
from kartu.core.loading import load; load()
from importlib import import_module
module = import_module({module!r})
setattr(module, {name!r}, lambda *args, **kwargs: os.kill(os.getpid(), 9))
from django.core.management import call_command
call_command({verb!r}, sys.argv[1])
"""


def killed(kartu: Program, verb: str, path: Path, module: str, name: str) -> None:
    """Run `kartu verb path`, which dies where it calls `name` of `module`."""
    words = [
        sys.executable,
        "-c",
        DYING.format(module=f"kartu.security.backup.{module}", name=name, verb=verb),
        str(path),
    ]
    environment = {**kartu.environment, "DJANGO_SETTINGS_MODULE": "kartu.project.settings"}
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_a_backup_killed_in_the_middle_is_taken_for_none(firm_kartu: Program) -> None:
    folder = firm_kartu.folder / "data" / "backups"
    good, half = folder / "good.kartu", folder / "half.kartu"
    assert firm_kartu.kartu("backup", str(good)).returncode == 0
    before = good.read_bytes()

    killed(firm_kartu, "backup", half, "save", "applied")  # all is written but the end

    assert not half.exists() and good.read_bytes() == before
    [part] = folder.glob("*.part")
    assert firm_kartu.kartu("restore", str(part)).returncode != 0
    assert firm_kartu.kartu("backup", str(half)).returncode == 0  # the next run goes on
    assert firm_kartu.rows(CLIENTS) == [(200,)]


@pytest.mark.parametrize("point", ["replace_databases", "begin_anew"])
def test_a_restoration_killed_in_the_middle_is_done_again(firm_kartu: Program, point: str) -> None:
    backup = firm_kartu.folder / "good.kartu"
    assert firm_kartu.kartu("backup", str(backup)).returncode == 0
    before = backup.read_bytes()

    killed(firm_kartu, "restore", backup, "restore", point)

    assert firm_kartu.kartu("up", "--no-browser").returncode != 0  # nothing starts on half of each
    assert backup.read_bytes() == before
    again = firm_kartu.kartu("restore", str(backup))
    assert again.returncode == 0, again.stderr
    assert firm_kartu.rows(CLIENTS) == [(200,)]
    assert (firm_kartu.folder / "data" / "files" / "ab" / "договор №1.pdf").read_bytes() == b"%PDF- a contract"
