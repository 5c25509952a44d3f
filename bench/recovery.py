"""How soon Kartu takes writes again after kill -9 in the middle of them: of the web server alone, and of all of it.

Colleagues write notes over HTTP without a pause, each under a key of its own. The time runs from the kill to the first
note that was sent after it and acknowledged, by the clock: that is what somebody waits who sits before it. Where others
use the machine too, the seconds of the processor beside it tell what of that was Kartu's own.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bench.harness import ROOT, Figure, firm_of, in_firm, remark, scaled
from bench.idle import free_port, wait_for

CLIENTS = 100_000
KILLS = 6  # one after the other: the program must not lose patience with a server that falls
WRITERS = 3
WRITING = 1.5  # seconds of writing before each kill
LONGEST = 10
TOKEN = "k" * 32


def run() -> Iterator[Figure]:
    if not Path("/proc/self/task").exists():
        remark("Processes are found on Linux only: recovery is left out")
        return
    with tempfile.TemporaryDirectory(prefix="kartu-bench-recovery-") as place:
        folder = Path(place) / "data"
        shutil.copytree(firm_of(scaled(CLIENTS)), folder)
        site = Site(folder, in_firm(folder, "bench.idle"))
        try:
            site.start()
            again, spent = [], []
            for _kill in range(KILLS):
                again.append(site.killed(site.web()))
                spent.append(processor(site.web()))
            whole = site.killed(site.program.pid, then=site.start)
            all_spent = processor(site.program.pid) + processor(site.web())
        finally:
            site.end()
    yield Figure("recovery.kills_in_the_middle_of_a_request", site.cuts, "kills", limit=1, at_least=True)
    yield Figure("recovery.web_server_p50", sorted(again)[KILLS // 2], "s")
    yield Figure("recovery.web_server_longest", max(again), "s", limit=LONGEST)
    yield Figure("recovery.web_server_processor", sorted(spent)[KILLS // 2], "s")
    yield Figure("recovery.everything", whole, "s", limit=LONGEST)
    yield Figure("recovery.everything_processor", all_spent, "s")


def processor(pid: int) -> float:
    """Seconds of the processor that a process has taken, and those it has waited for."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, told[11:15])) / os.sysconf("SC_CLK_TCK")


class Site:
    """A program that runs, and colleagues who write. `cuts`: how many kills have met a request."""

    def __init__(self, folder: Path, cookies: dict[str, str]) -> None:
        port = free_port()
        self.address = f"http://localhost:{port}"
        self.environment = {**os.environ, "KARTU_DATA": str(folder), "KARTU_PORT": str(port)}
        told = {**cookies, "kartu_csrf": TOKEN}
        self.headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in told.items())}
        self.over, self.cut = threading.Event(), threading.Event()
        self.cuts = 0
        self.began_last_done = 0.0  # when the latest of the acknowledged notes was sent
        self.program: subprocess.Popen | None = None
        self.writers = [threading.Thread(target=self.write, args=(number + 1,)) for number in range(WRITERS)]

    def start(self) -> None:
        words = [sys.executable, "-m", "kartu.project", "up", "--no-browser"]
        self.program = subprocess.Popen(words, cwd=ROOT, env=self.environment, stdout=sys.stderr)
        if not self.writers[0].is_alive():
            wait_for(f"{self.address}/health")
            for writer in self.writers:
                writer.start()

    def write(self, client: int) -> None:
        """Notes on one client, until all is over."""
        while not self.over.is_set():
            began = time.monotonic()
            note = {"kind": "note", "text": "A note", "idempotency_key": uuid.uuid4(), "csrfmiddlewaretoken": TOKEN}
            body = urllib.parse.urlencode(note).encode()
            request = urllib.request.Request(f"{self.address}/clients/{client}/touches/", body, self.headers)
            try:
                with urllib.request.urlopen(request, timeout=LONGEST) as answer:
                    answer.read()
                self.began_last_done = max(self.began_last_done, began)
            except urllib.error.HTTPError as error:
                raise SystemExit(f"A note was answered with {error.code}") from error
            except (OSError, urllib.error.URLError) as error:
                if "refused" not in str(error):
                    self.cut.set()
                time.sleep(0.02)

    def web(self) -> int:
        """The process id of the web server."""
        pid = self.program.pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            if "kartu.project.web" in Path(f"/proc/{child}/cmdline").read_text():
                return int(child)
        raise SystemExit("There is no web server")

    def killed(self, pid: int, then: object = lambda: None) -> float:
        """Kill the process `pid` while people write; `then` is done, and the seconds until a note is taken again."""
        time.sleep(WRITING)
        self.cut.clear()
        victims = {pid, self.web()}
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        began = time.monotonic()
        if pid == self.program.pid:
            self.program.wait()
        then()
        while self.began_last_done <= began:
            if time.monotonic() - began > 120:
                raise SystemExit("No note was taken any more")
            time.sleep(0.01)
        self.cuts += self.cut.is_set()
        return time.monotonic() - began

    def end(self) -> None:
        self.over.set()
        if self.program:
            with suppress(ProcessLookupError):
                self.program.send_signal(signal.SIGTERM)
            self.program.wait(30)
        for writer in self.writers:
            if writer.is_alive():
                writer.join(LONGEST + 1)
