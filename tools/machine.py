"""What a machine may have installed, and where: a browser, PostgreSQL."""

import os
import shutil
from pathlib import Path

BROWSERS = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
]
BROWSER_PLACES = [
    "/usr/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
]
# Debian, Red Hat, Homebrew on both processors, Postgres.app, the Windows installer
POSTGRES_PLACES = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "C:/Program Files/PostgreSQL/*/bin",
]


def browser() -> str | None:
    """The path of a Chromium, Chrome or Edge; KARTU_BROWSER comes first."""
    chosen = os.environ.get("KARTU_BROWSER")
    if chosen:
        return chosen if Path(chosen).exists() else None
    on_path = filter(None, map(shutil.which, BROWSERS))
    in_place = (place for place in BROWSER_PLACES if Path(place).exists())
    return next(on_path, None) or next(in_place, None)


def postgres_binaries() -> Path | None:
    """The folder with initdb and postgres, the newest version where there are several."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = [folder for place in POSTGRES_PLACES for folder in globbed(place) if list(folder.glob("initdb*"))]
    return max(folders, key=version, default=None)


def globbed(pattern: str) -> list[Path]:
    root = Path(Path(pattern).anchor)
    return list(root.glob(Path(pattern).relative_to(root).as_posix())) if root.exists() else []


def version(folder: Path) -> list[int]:
    return [int(digits) for digits in "".join(c if c.isdigit() else " " for c in str(folder)).split()]
