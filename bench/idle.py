"""What Kartu takes while nobody works: memory of all its processes, and the time until it answers."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench.harness import ROOT, Figure, firm_of, remark, scaled

REST = 5  # seconds of nothing before the memory is read


def run() -> Iterator[Figure]:
    if not Path("/proc/self/smaps_rollup").exists():
        remark("Memory can be read on Linux only: idle is left out")
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "KARTU_DATA": str(firm_of(scaled(100_000))), "KARTU_PORT": str(port)}
    began = time.monotonic()
    program = subprocess.Popen(
        [sys.executable, "-m", "kartu.project", "up", "--no-browser"], cwd=ROOT, env=environment, stdout=sys.stderr
    )
    try:
        wait_for(f"http://localhost:{port}/health")
        yield Figure("idle.start", time.monotonic() - began, "s")
        yield Figure("idle.memory", memory_after(program.pid, port, pages=0), "MB", limit=250)
        yield Figure("idle.memory_after_pages", memory_after(program.pid, port, pages=200), "MB", limit=250)
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(30)


def memory_after(pid: int, port: int, pages: int) -> float:
    """MB of the program and its children, shared pages counted once, after so many pages and a rest."""
    for _ in range(pages):
        try:
            urllib.request.urlopen(f"http://localhost:{port}/", timeout=30).read()
        except urllib.error.HTTPError as error:
            error.read()
    time.sleep(REST)
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(proportional_set(each) for each in [str(pid), *children]) / 1024


def proportional_set(pid: str) -> int:
    """kB of a process, each shared page divided by the number of its users."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def wait_for(address: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(address)
