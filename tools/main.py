"""The words of `start.py` and what each of them does."""

import argparse
import os
import shutil
import signal
import subprocess
from pathlib import Path

from tools import setup
from tools.setup import ROOT, Missing

LANGUAGES = ["en", "id", "ru"]


def main(words: list[str]) -> int:
    """Do what `words` say; returns the exit code."""
    try:
        if words[:1] == ["test"]:
            from tools import testing  # noqa: PLC0415 - a plain start has no use for it

            return testing.main(words[1:])
        if words[:1] == ["bench"]:
            return bench(words[1:])
        return run(options(words))
    except Missing as missing:
        print(missing)
        return 1
    except KeyboardInterrupt:
        return 130


def options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="start.py",
        description="Sets Kartu up and runs it.",
        epilog="Further commands: `start.py test [--strict] [pytest words]`, `start.py bench [NAME]`.",
    )
    parser.add_argument("--demo", nargs="?", const="en", choices=LANGUAGES, help="open a demo firm in that language")
    parser.add_argument("--lan", action="store_true", help="by HTTPS for every device of this network")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    return parser.parse_args(words)


def run(chosen: argparse.Namespace) -> int:
    setup.everything()
    environment = setup.environment()
    if chosen.demo:
        environment["KARTU_DATA"] = str(demo_folder(chosen.demo))
    command = [setup.python(), "-m", "kartu.project", "up"]
    command += [f"--{word}" for word in ("lan", "no-browser") if getattr(chosen, word.replace("-", "_"))]
    if os.name == "nt":  # there exec starts a second process and ends the first under the console's feet
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program, which ends in its own time
        return subprocess.call(command, cwd=ROOT, env=environment)
    os.chdir(ROOT)
    os.execve(command[0], command, environment)  # noqa: S606 - no shell is wanted


def demo_folder(language: str) -> Path:
    """The data folder of the demo firm of that language, filled at the first call.

    It is filled under another name, so that an interrupted filling never looks like a demo firm.
    """
    if os.environ.get("KARTU_DATABASE"):
        raise Missing("The demo firm lives in a folder of its own: start it without KARTU_DATABASE.")
    folder = Path(os.environ.get("KARTU_DATA") or ROOT / f"data-demo-{language}").resolve()
    if (folder / "kartu.sqlite3").exists():
        return folder
    if folder.exists() and any(folder.iterdir()):
        raise Missing(f"{folder} holds something else: choose an empty folder for the demo firm with KARTU_DATA.")
    print("Making the demo firm", flush=True)
    filling = folder.with_name(folder.name + ".part")
    shutil.rmtree(filling, ignore_errors=True)
    environment = {**setup.environment(), "KARTU_DATA": str(filling)}
    setup.quietly([setup.python(), "-m", "kartu.project", "demo", "--language", language], env=environment)
    if folder.exists():
        folder.rmdir()
    filling.rename(folder)
    return folder


def bench(names: list[str]) -> int:
    setup.everything()
    return subprocess.call([setup.python(), "-m", "bench", *names], cwd=ROOT, env=setup.environment())
