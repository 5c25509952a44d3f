"""One command runs everything, and takes everything with it when it goes."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from kartu.project.place import MAPPED_MB, WEB_MAPPED_MB
from tests.program import Program, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.skipif(sys.platform == "win32", reason="needs ps and signals")]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_first_start_prints_a_link_that_a_later_start_voids(new_kartu: Program) -> None:
    new_kartu.start()
    first = re.search(r"running: http://localhost:\d+(/setup/\S+)", new_kartu.printed())[1]
    assert new_kartu.get("/health") == 200
    assert new_kartu.get(first) == 200
    assert new_kartu.stop() == 0

    new_kartu.start()
    second = re.findall(r"running: http://localhost:\d+(/setup/\S+)", new_kartu.printed())[-1]

    assert new_kartu.get(second) == 200
    assert new_kartu.get(first) == 410


def test_stopping_ends_every_process_and_frees_the_port(new_kartu: Program) -> None:
    new_kartu.start()
    pids = [new_kartu.pid("web"), new_kartu.pid("worker")]

    assert new_kartu.stop() == 0

    assert not any(map(alive, pids))
    assert new_kartu.get("/health") is None


def mapped(first: str, tmp_path: Path) -> int:
    """Megabytes of the file that a process maps which imports `first`."""
    asking = "from django.db import connection as c; print(c.cursor().execute('PRAGMA mmap_size').fetchone()[0] >> 20)"
    environment = {
        name: value for name, value in os.environ.items() if name not in ("KARTU_DATABASE", "KARTU_MAPPED_MB")
    }
    done = subprocess.run(
        [sys.executable, "-c", f"{first}; {asking}"],
        cwd=Path(__file__).parents[1],
        env={**environment, "KARTU_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "kartu.project.settings"},
        check=True,
        capture_output=True,
        text=True,
    )
    return int(done.stdout)


def test_the_web_server_maps_more_of_the_file_than_a_worker_may_hold(tmp_path: Path) -> None:
    assert mapped("import kartu.project.asgi", tmp_path) == WEB_MAPPED_MB
    assert mapped("import django; django.setup()", tmp_path) == MAPPED_MB


SIGN_IN = """
from django.test import Client
from kartu.firm.models import User
client = Client()
client.force_login(User.objects.first())
print(client.cookies["kartu_session"].value)
"""


def test_open_pages_do_not_hold_up_the_end(firm_kartu: Program) -> None:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", SIGN_IN]
    session = subprocess.check_output(command, env=firm_kartu.environment, text=True).strip()
    firm_kartu.start()
    request = urllib.request.Request(firm_kartu.url + "/events", headers={"Cookie": f"kartu_session={session}"})
    with urllib.request.urlopen(request, timeout=30) as stream:
        assert stream.readline().startswith(b"retry:")

        assert firm_kartu.stop() == 0

        assert b"data" in stream.read()  # to an orderly end, not to a broken connection
    printed = firm_kartu.printed()
    assert "Traceback" not in printed and "ERROR" not in printed


@pytest.mark.parametrize("which", ["web", "worker"])
def test_a_killed_process_is_started_again(new_kartu: Program, which: str) -> None:
    new_kartu.start()

    old = new_kartu.kill(which)

    wait_until(lambda: new_kartu.pid(which) not in (None, old), 10)
    wait_until(lambda: new_kartu.get("/health") == 200, 10)
    assert "starts again in 1 s" in new_kartu.printed()


def test_the_children_go_when_the_parent_is_killed(new_kartu: Program) -> None:
    new_kartu.start()
    pids = [new_kartu.pid("web"), new_kartu.pid("worker")]

    new_kartu.process.send_signal(signal.SIGKILL)
    new_kartu.process.wait()

    wait_until(lambda: not any(map(alive, pids)), 30)


def test_two_programs_never_share_a_data_folder(new_kartu: Program) -> None:
    new_kartu.start()

    second = new_kartu.kartu("up", "--no-browser", KARTU_PORT=str(new_kartu.port + 1))

    assert second.returncode == 1
    assert second.stderr.startswith("Kartu runs already on the data in ")
    assert second.stderr.count("\n") == 1


def test_a_port_in_use_is_told_in_one_line(new_kartu: Program, tmp_path: Path) -> None:
    new_kartu.start()

    second = new_kartu.kartu("up", "--no-browser", KARTU_DATA=str(tmp_path / "other"))

    assert second.returncode == 1
    assert second.stderr == (
        f"Port {new_kartu.port} cannot be used (Address already in use). Try KARTU_PORT={new_kartu.port + 1}\n"
    )


def test_tracebacks_are_never_shown_to_a_network(new_kartu: Program) -> None:
    refused = new_kartu.kartu("up", "--no-browser", KARTU_DEBUG="1", KARTU_BIND="0.0.0.0")

    assert refused.returncode == 1
    assert "only for 127.0.0.1" in refused.stderr
    assert new_kartu.get("/health") is None


def test_a_database_that_is_not_there_is_told_in_one_line(new_kartu: Program) -> None:
    refused = new_kartu.kartu("up", "--no-browser", KARTU_DATABASE="postgresql://nobody@127.0.0.1:1/none")

    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert "The database cannot be used" in refused.stderr
