"""`kartu service`: Kartu starts with the computer, by what the system has for that. Without Django, like `up`.

Linux gets a unit of systemd (of the person, or as root of the machine), macOS an agent of launchd, Windows a task.
"""

import argparse
import os
import plistlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from kartu.project import place

NAME, LABEL = "kartu", "org.kartu.kartu"
# Longer than the children have to finish what they are doing.
STOP_SECONDS = 40
COMMAND = [sys.executable, "-m", "kartu.project", "up", "--no-browser"]

UNIT = """[Unit]
Description=Kartu, the firm's CRM
After=network.target

[Service]
WorkingDirectory={folder}
ExecStart={command}
{environment}Restart=on-failure
RestartSec=5
KillMode=mixed
TimeoutStopSec={stop}
{user}
[Install]
WantedBy={target}
"""

TASK = """<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>Kartu, the firm's CRM</Description></RegistrationInfo>
  <Triggers><LogonTrigger><Enabled>true</Enabled></LogonTrigger></Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>3</Count></RestartOnFailure>
  </Settings>
  <Actions><Exec>
    <Command>{command}</Command>
    <Arguments>{arguments}</Arguments>
    <WorkingDirectory>{folder}</WorkingDirectory>
  </Exec></Actions>
</Task>
"""


class Impossible(Exception):
    """Why no service can be made here, and what to do instead, in one line."""


@dataclass(frozen=True)
class Service:
    """A file that tells the system, and the commands that make it begin or forget."""

    path: Path
    text: str
    begin: list[list[str]]
    forget: list[list[str]]
    encoding: str = "utf-8"


def main(words: list[str]) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="kartu service", description="Start Kartu with the computer.")
    parser.add_argument("what", choices=["install", "remove", "show"], help="show prints what would be installed")
    what = parser.parse_args(words).what
    try:
        service = here()
        if what == "show":
            sys.stdout.write(f"{service.path}\n\n{service.text}")
        elif what == "install":
            print(install(service))
        else:
            print(remove(service))
    except Impossible as why:
        print(why, file=sys.stderr)
        return 1
    return 0


def here() -> Service:
    """The service of this machine. Raises Impossible."""
    if sys.platform == "win32":
        return of_windows(Path(place.DATA_DIR))
    if sys.platform == "darwin":
        return of_macos(Path.home(), os.getuid())
    if not Path("/run/systemd/system").is_dir():
        raise Impossible("This system has no systemd. Let its own start-up run: " + " ".join(COMMAND))
    return of_linux(Path.home(), owner() if os.getuid() == 0 else "")


def owner() -> str:
    """Whose the data are: the service of the machine runs as that user, and never as root."""
    import pwd  # noqa: PLC0415 - is not there on Windows

    place.DATA_DIR.mkdir(parents=True, exist_ok=True)
    name = pwd.getpwuid(place.DATA_DIR.stat().st_uid).pw_name
    if name == "root":
        raise Impossible(f"{place.DATA_DIR} is root's. Give it to a user of its own (chown -R); Kartu runs as him.")
    return name


def variables() -> dict[str, str]:
    """What was told to Kartu when the service was made holds for the service too, but for the key of the backups."""
    told = {name: value for name, value in sorted(os.environ.items()) if name.startswith("KARTU_") and value}
    told.pop("KARTU_BACKUP_KEY", None)
    return {**told, "KARTU_DATA": str(place.DATA_DIR)}


def of_linux(home: Path, user: str) -> Service:
    """With `user`, a unit of the machine that runs as him; without, one of the person who asks."""
    text = UNIT.format(
        folder=str(place.BASE_DIR).replace("%", "%%"),
        command=" ".join(quoted(word).replace("$", "$$") for word in COMMAND),
        environment="".join(f"Environment={quoted(f'{name}={value}')}\n" for name, value in variables().items()),
        stop=STOP_SECONDS,
        user=f"User={user}\n" if user else "",
        target="multi-user.target" if user else "default.target",
    )
    scope = [] if user else ["--user"]
    control = ["systemctl", *scope]
    begin = [[*control, "daemon-reload"], [*control, "enable", "--now", NAME]]
    # A person's services begin with the machine, and not when he signs in, only where they may linger.
    begin += [] if user else [["loginctl", "enable-linger"]]
    folder = Path("/etc/systemd/system") if user else home / ".config" / "systemd" / "user"
    return Service(folder / f"{NAME}.service", text, begin, [[*control, "disable", "--now", NAME]])


def quoted(word: str) -> str:
    """As systemd reads it: in quotes, nothing in it a specifier. (A dollar is one of commands alone.)"""
    safe = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{safe}"'


def of_macos(home: Path, uid: int) -> Service:
    told = {
        "Label": LABEL,
        "ProgramArguments": COMMAND,
        "WorkingDirectory": str(place.BASE_DIR),
        "EnvironmentVariables": variables(),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ExitTimeOut": STOP_SECONDS,
        "StandardErrorPath": str(place.DATA_DIR / "service.log"),
    }
    path = home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    begin = [["launchctl", "bootstrap", f"gui/{uid}", str(path)]]
    return Service(path, plistlib.dumps(told).decode(), begin, [["launchctl", "bootout", f"gui/{uid}/{LABEL}"]])


def of_windows(data: Path) -> Service:
    """A task knows no variables of its own; those that are set for the person with `setx` hold for it."""
    text = TASK.format(
        command=escape(COMMAND[0]),
        arguments=escape(subprocess.list2cmdline(COMMAND[1:])),
        folder=escape(str(place.BASE_DIR)),
    )
    path = data / "service.xml"
    begin = [["schtasks", "/Create", "/TN", "Kartu", "/XML", str(path), "/F"], ["schtasks", "/Run", "/TN", "Kartu"]]
    return Service(path, text, begin, [["schtasks", "/Delete", "/TN", "Kartu", "/F"]], "utf-16")


def install(service: Service, run: Callable = subprocess.run) -> str:
    """Write the file, which may hold the password of a database, and let the system begin."""
    service.path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(service.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(service.text.encode(service.encoding))
    service.path.chmod(0o600)
    for command in service.begin:
        told(command, run)
    return f"Kartu starts with the computer from now on ({service.path}): {place.ADDRESS}"


def remove(service: Service, run: Callable = subprocess.run) -> str:
    if not service.path.exists():
        raise Impossible("There is no service of Kartu here.")
    for command in service.forget:
        told(command, run)
    service.path.unlink()
    return "Kartu does not start with the computer any more."


def told(command: list[str], run: Callable) -> None:
    try:
        done = run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Impossible(f"{command[0]} cannot be run: {error.strerror}") from error
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"code {done.returncode}").splitlines()
        raise Impossible(f"`{' '.join(command)}` failed: {said[-1]}")
