"""A backup of a firm at work, brought back by the same commands that people use."""

import json
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from tests.program import Program, program, wait_until

pytestmark = pytest.mark.processes

CLIENTS = "SELECT count(*) FROM clients_client"
TEAMS = "SELECT name FROM firm_team WHERE name LIKE 'squad %' ORDER BY id"
SESSIONS = "SELECT key FROM firm_device"
LATER = (
    "INSERT INTO firm_device (key, data, browser, system, places, signed_in_at, last_seen_at, expires_at)"
    " VALUES ('later', '', '', '', '[]', '2026-01-01', '2026-01-01', '2030-01-01') RETURNING key"
)
EARLIER = LATER.replace("later", "earlier")
HELD = "SELECT file, made_at <= at, let_out_at FROM security_restoration"
WHYS = "SELECT why FROM security_auditrow ORDER BY id"
GROW = """
import itertools, time
from kartu.firm.models import Team
for number in itertools.count():
    Team.objects.create(name=f"squad {number}")
    print(number, flush=True)
    time.sleep(0.02)
"""


def saved(kartu: Program, name: str = "backup.zip") -> Path:
    path = kartu.folder / name
    done = kartu.kartu("backup", str(path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Saved: {path} (")
    return path


def test_everything_comes_back_and_what_was_there_is_kept(firm_kartu: Program) -> None:
    clients = firm_kartu.rows(CLIENTS)
    firm_kartu.rows(EARLIER)
    backup = saved(firm_kartu)
    contract = firm_kartu.folder / "data" / "files" / "ab" / "договор №1.pdf"
    contract.write_bytes(b"spoilt")
    (contract.parent / "later.txt").write_text("written after the backup")
    firm_kartu.rows(LATER)

    done = firm_kartu.kartu("restore", str(backup))

    assert done.returncode == 0, done.stderr
    assert firm_kartu.rows(CLIENTS) == clients == [(200,)]
    assert firm_kartu.rows(SESSIONS) == []  # also those that the backup brought along
    assert [(name, bool(earlier), out) for name, earlier, out in firm_kartu.rows(HELD)] == [("backup.zip", True, None)]
    assert contract.read_bytes() == b"%PDF- a contract"
    assert not (contract.parent / "later.txt").exists()
    kept = next((firm_kartu.folder / "data").glob("before-restore-*"))
    assert (kept / "files" / "ab" / "later.txt").exists()
    assert [path.suffix for path in kept.iterdir() if path.stem in ("kartu", "default")] in ([".sqlite3"], [".dump"])
    assert [why for (why,) in firm_kartu.rows(WHYS)][-2:] == [
        "kartu backup to backup.zip",
        "kartu restore of backup.zip",
    ]


def test_a_backup_made_while_people_write_holds_one_moment(firm_kartu: Program) -> None:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", GROW]
    writer = subprocess.Popen(command, env=firm_kartu.environment, stdout=subprocess.PIPE, text=True)
    written: list[str] = []
    reader = threading.Thread(target=lambda: written.extend(writer.stdout))
    reader.start()
    wait_until(lambda: len(written) >= 20)

    backup = saved(firm_kartu)

    seen = len(written)
    wait_until(lambda: len(written) > seen)  # nobody had to stop
    writer.kill()
    reader.join()
    writer.stdout.close()
    writer.wait()
    assert firm_kartu.kartu("restore", str(backup)).returncode == 0
    teams = [name for (name,) in firm_kartu.rows(TEAMS)]
    assert 20 <= len(teams) <= seen + 1
    assert teams == [f"squad {number}" for number in range(len(teams))]


def test_a_flipped_bit_is_refused_and_nothing_changes(firm_kartu: Program) -> None:
    backup = saved(firm_kartu)
    whole = bytearray(backup.read_bytes())
    whole[len(whole) // 3] ^= 1
    backup.write_bytes(bytes(whole))

    done = firm_kartu.kartu("restore", str(backup))

    assert done.returncode == 1
    assert "is damaged" in done.stderr and "Traceback" not in done.stderr
    assert firm_kartu.rows(CLIENTS) == [(200,)]
    assert not list((firm_kartu.folder / "data").glob("*restore*"))


def test_nothing_is_brought_back_while_kartu_runs(firm_kartu: Program) -> None:
    backup = saved(firm_kartu)
    firm_kartu.start()

    refused = firm_kartu.kartu("restore", str(backup))
    assert firm_kartu.get("/health") == 200
    firm_kartu.stop()

    assert refused.returncode == 1
    assert "Kartu is running on this data. Stop it first." in refused.stderr


def test_nothing_is_brought_back_under_another_program_that_has_the_data_open(firm_kartu: Program) -> None:
    backup = saved(firm_kartu)
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", GROW]
    other = subprocess.Popen(command, env=firm_kartu.environment, stdout=subprocess.PIPE, text=True)
    other.stdout.readline()

    refused = firm_kartu.kartu("restore", str(backup))
    goes_on = other.poll() is None
    other.kill()
    other.stdout.close()
    other.wait()

    assert goes_on
    assert refused.returncode == 1
    assert "Another program " in refused.stderr


def test_kartu_does_not_start_on_half_a_restore(firm_kartu: Program) -> None:
    backup = saved(firm_kartu)
    (firm_kartu.folder / "data" / "restore-unfinished").write_text("")

    refused = firm_kartu.kartu("up", "--no-browser")
    again = firm_kartu.kartu("restore", str(backup))

    assert refused.returncode == 1
    assert "was interrupted" in refused.stderr
    assert again.returncode == 0, again.stderr
    assert not (firm_kartu.folder / "data" / "restore-unfinished").exists()


def test_a_backup_moves_to_an_empty_machine_by_one_command_with_the_key_on_paper(
    firm_kartu: Program, tmp_path: Path
) -> None:
    done = firm_kartu.kartu("backup", str(tmp_path / "carried.kartu"))
    paper = done.stdout.splitlines()[-1].strip()

    with program(tmp_path / "other") as other:
        without = other.kartu("restore", str(tmp_path / "carried.kartu"))
        slip = other.kartu("restore", str(tmp_path / "carried.kartu"), "--key", paper[:-1])
        assert (without.returncode, slip.returncode) == (1, 1)
        assert "opens with another recovery key" in without.stderr and "no recovery key" in slip.stderr
        assert not (other.folder / "data" / "kartu.sqlite3").exists()

        done = other.kartu("restore", str(tmp_path / "carried.kartu"), KARTU_BACKUP_KEY=paper)

        assert done.returncode == 0, done.stderr
        assert "Letters are held" in done.stdout
        assert (other.folder / "data" / "backup.key").read_text().strip() == paper
        assert other.rows(CLIENTS) == [(200,)]
        assert (other.folder / "data" / "files" / "ab" / "договор №1.pdf").exists()


def test_the_key_is_told_once_and_another_one_opens_nothing(firm_kartu: Program, tmp_path: Path) -> None:
    first = firm_kartu.kartu("backup", str(tmp_path / "first"))
    second = firm_kartu.kartu("backup", str(tmp_path / "second"))
    assert "recovery key" in first.stdout and "recovery key" not in second.stdout
    (firm_kartu.folder / "data" / "backup.key").unlink()
    other = firm_kartu.kartu("backup", str(tmp_path / "third")).stdout.splitlines()[-1].strip()

    refused = firm_kartu.kartu("restore", str(tmp_path / "first"), "--key", other)

    assert refused.returncode == 1
    assert "opens with another recovery key" in refused.stderr and "Traceback" not in refused.stderr
    assert firm_kartu.rows(CLIENTS) == [(200,)]
    assert not list((firm_kartu.folder / "data").glob("*restore*"))


def test_a_plain_backup_of_the_first_versions_still_comes_back(firm_kartu: Program) -> None:
    path = firm_kartu.folder / "plain.zip"
    assert firm_kartu.kartu("backup", str(path), "--unsealed").returncode == 0
    with zipfile.ZipFile(path) as new, zipfile.ZipFile(firm_kartu.folder / "old.zip", "w") as old:
        manifest = {**json.loads(new.read("manifest.json"))}
        del manifest["tables"]  # they did not say what the tables held
        for name in new.namelist():
            old.writestr(name, json.dumps(manifest) if name == "manifest.json" else new.read(name))

    done = firm_kartu.kartu("restore", str(firm_kartu.folder / "old.zip"))

    assert done.returncode == 0, done.stderr
    assert firm_kartu.rows(CLIENTS) == [(200,)]


def test_a_backup_that_exists_is_not_overwritten(firm_kartu: Program) -> None:
    path = firm_kartu.folder / "mine.zip"
    path.write_text("precious")

    done = firm_kartu.kartu("backup", str(path))

    assert done.returncode == 1
    assert "exists already" in done.stderr
    assert path.read_text() == "precious"
