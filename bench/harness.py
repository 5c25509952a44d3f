"""What measurements share: figures, made-up firms of a size, and timing of pages against the empty page."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from kartu.project.place import WEB_MAPPED_MB

ROOT = Path(__file__).resolve().parents[1]
SCALE = float(os.environ.get("KARTU_BENCH_SCALE") or 1)


@dataclass(frozen=True)
class Figure:
    """One measured value; `limit` None: stated for the record only."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def ok(self) -> bool | None:
        if self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def line(self) -> str:
        parts = {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "limit": self.limit,
            "ok": self.ok,
        }
        return json.dumps(parts, ensure_ascii=False)


def remark(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def scaled(count: int) -> int:
    return max(100, int(count * SCALE))


def firm_of(clients: int, touches: float = 2.0) -> Path:
    """The data folder of a made-up firm with so many clients, and so many calls, letters and notes of each on the
    average; made once for each state of the migrations."""
    stamp = sha256()
    others = [ROOT / "kartu/clients/generate.py", ROOT / "kartu/search/storage.py"]
    for path in sorted(ROOT.glob("kartu/*/migrations/*.py")) + others:
        stamp.update(path.read_bytes())
    base = Path(os.environ.get("KARTU_BENCH_DATA") or Path(tempfile.gettempdir()) / "kartu-bench")
    size = f"{clients}" if touches == 2 else f"{clients}x{touches}"
    folder = base / f"{size}-{stamp.hexdigest()[:12]}"
    if not (folder / "done").exists():
        remark(f"Making a firm of {clients} clients")
        environment = {**os.environ, "KARTU_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "kartu.project.settings"}
        for database in ("default", "views"):
            manage(["migrate", "-v0", "--database", database], environment)
        manage(["generate", "--clients", str(clients), "--touches", str(touches), "--no-audit"], environment)
        (folder / "done").touch()
    return folder


def manage(words: list[str], environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment, check=True, stdout=sys.stderr)


def in_firm(folder: Path, module: str, *words: str, as_web: bool = False) -> Any:
    """Run `python -m module words` with the firm's data in a process of its own; returns the JSON of its last line.

    A process can open one firm only: settings are read once. One that measures pages is set up `as_web` server.
    """
    environment = {**os.environ, "KARTU_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "kartu.project.settings"}
    if as_web:
        environment["KARTU_MAPPED_MB"] = str(WEB_MAPPED_MB)
    done = subprocess.run(
        [sys.executable, "-m", module, *words], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def signed_in(email: str = "person0@example.com") -> Any:
    """A client of Django's that is signed in as this person. After django.setup()."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - apps are not loaded before setup
    from django.test import Client  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.get(email=email))
    return client


def percentile(times: list[float], share: float = 0.95) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def interleaved(
    jobs: dict[str, Callable[[], object]],
    rounds: int,
    warm_up: int = 3,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Milliseconds of each job, all of them in turn in every round, so that a slow moment hits them alike.

    `clock` may be time.process_time: where others use the machine too, the longer of two jobs is stopped more often.
    """
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for number in range(rounds + warm_up):
        for name, job in jobs.items():
            start = clock()
            job()
            if number >= warm_up:
                times[name].append((clock() - start) * 1000)
    return times
