"""What `kartu service` tells each of the three systems."""

import plistlib
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kartu.project import place, service

AWKWARD = '/srv/Tirta & Co "100%" $HOME'


@pytest.fixture(autouse=True)
def installation(monkeypatch, tmp_path: Path) -> None:
    for name in [name for name in service.os.environ if name.startswith("KARTU_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(place, "DATA_DIR", tmp_path / "data")
    monkeypatch.setattr(service, "COMMAND", [f"{AWKWARD}/python", "-m", "kartu.project", "up", "--no-browser"])
    monkeypatch.setenv("KARTU_PORT", "8430")
    monkeypatch.setenv("KARTU_BACKUP_KEY", "9M3H")
    monkeypatch.setenv("KARTU_DATABASE", "postgresql://kartu:100%p$w@db/kartu")


class Commands:
    """Stands for the system: remembers what it was told, answers with `code`."""

    def __init__(self, code: int = 0) -> None:
        self.code = code
        self.told: list[str] = []

    def __call__(self, command: list[str], **options: object) -> subprocess.CompletedProcess:
        self.told.append(" ".join(command))
        return subprocess.CompletedProcess(command, self.code, "", "no bus\nAccess denied\n")


def test_systemd_gets_a_unit_in_which_nothing_is_read_as_a_specifier(tmp_path):
    unit = service.of_linux(tmp_path, "")

    lines = unit.text.splitlines()
    assert 'ExecStart="/srv/Tirta & Co \\"100%%\\" $$HOME/python" "-m" "kartu.project" "up" "--no-browser"' in lines
    assert 'Environment="KARTU_PORT=8430"' in lines
    assert "KARTU_BACKUP_KEY" not in unit.text
    assert 'Environment="KARTU_DATABASE=postgresql://kartu:100%%p$w@db/kartu"' in lines
    assert f'Environment="KARTU_DATA={tmp_path / "data"}"' in lines
    assert "WantedBy=default.target" in lines and not [line for line in lines if line.startswith("User=")]
    assert unit.path == tmp_path / ".config" / "systemd" / "user" / "kartu.service"
    assert unit.begin[-1] == ["loginctl", "enable-linger"]


def test_the_unit_of_the_machine_runs_as_the_owner_of_the_data(tmp_path):
    unit = service.of_linux(tmp_path, "tirta")

    assert "User=tirta" in unit.text.splitlines()
    assert "WantedBy=multi-user.target" in unit.text.splitlines()
    assert unit.path == Path("/etc/systemd/system/kartu.service")
    assert unit.begin == [["systemctl", "daemon-reload"], ["systemctl", "enable", "--now", "kartu"]]


def test_data_of_root_get_no_service_of_the_machine(monkeypatch):
    class Root:
        pw_name = "root"

    pytest.importorskip("pwd")
    monkeypatch.setattr("pwd.getpwuid", lambda uid: Root)

    with pytest.raises(service.Impossible, match="a user of its own"):
        service.owner()


def test_launchd_gets_an_agent(tmp_path):
    agent = service.of_macos(tmp_path, 501)

    told = plistlib.loads(agent.text.encode())
    assert told["ProgramArguments"] == service.COMMAND
    assert told["EnvironmentVariables"]["KARTU_PORT"] == "8430"
    assert told["RunAtLoad"] is True
    assert agent.begin == [["launchctl", "bootstrap", "gui/501", str(agent.path)]]


def test_windows_gets_a_task(tmp_path):
    task = service.of_windows(tmp_path)

    tree = ElementTree.fromstring(task.text.partition("?>")[2])  # noqa: S314 - our own text
    words = {element.tag.rpartition("}")[2]: element.text for element in tree.iter()}
    assert words["Command"] == f"{AWKWARD}/python"
    assert words["Arguments"] == "-m kartu.project up --no-browser"
    assert words["WorkingDirectory"] == str(place.BASE_DIR)
    assert words["ExecutionTimeLimit"] == "PT0S"
    service.install(task, Commands())
    assert task.path.read_bytes().decode("utf-16") == task.text


def test_it_is_installed_for_nobody_elses_eyes_and_removed_again(tmp_path):
    unit, system = service.of_linux(tmp_path, ""), Commands()

    said = service.install(unit, system)

    assert str(unit.path) in said
    assert unit.path.read_text() == unit.text
    assert unit.path.stat().st_mode & 0o077 == 0
    assert system.told == [
        "systemctl --user daemon-reload",
        "systemctl --user enable --now kartu",
        "loginctl enable-linger",
    ]
    service.remove(unit, system)
    assert not unit.path.exists()
    assert system.told[-1] == "systemctl --user disable --now kartu"
    with pytest.raises(service.Impossible, match="no service"):
        service.remove(unit, system)


def test_what_the_system_refuses_is_said_in_one_line(tmp_path):
    with pytest.raises(service.Impossible, match="`systemctl --user daemon-reload` failed: Access denied"):
        service.install(service.of_linux(tmp_path, ""), Commands(code=1))


def test_where_there_is_no_systemd_it_says_what_to_run(monkeypatch, capsys):
    monkeypatch.setattr(service.sys, "platform", "linux")
    monkeypatch.setattr(service.Path, "is_dir", lambda self: False)

    assert service.main(["install"]) == 1
    assert "This system has no systemd" in capsys.readouterr().err
