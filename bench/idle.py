"""What Kartu takes while nobody works: memory of all its processes, and the time until it answers."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import django

from bench.harness import ROOT, Figure, firm_of, in_firm, remark, scaled, signed_in

REST = 5  # seconds of nothing before the memory is read
ROUNDS = 10  # how often each page is looked at before
HREF = re.compile(r'href="(/[^"#]*)"')


def run() -> Iterator[Figure]:
    if not Path("/proc/self/smaps_rollup").exists():
        remark("Memory can be read on Linux only: idle is left out")
        return
    port = free_port()
    folder = firm_of(scaled(100_000))
    cookie = in_firm(folder, "bench.idle")
    environment = {**os.environ, "KARTU_DATA": str(folder), "KARTU_PORT": str(port)}
    began = time.monotonic()
    program = subprocess.Popen(
        [sys.executable, "-m", "kartu.project", "up", "--no-browser"], cwd=ROOT, env=environment, stdout=sys.stderr
    )
    try:
        wait_for(f"http://localhost:{port}/health")
        yield Figure("idle.start", time.monotonic() - began, "s")
        yield Figure("idle.memory", memory(program.pid), "MB", limit=250)
        look_around(f"http://localhost:{port}", cookie)
        yield Figure("idle.memory_after_pages", memory(program.pid), "MB", limit=250)
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def look_around(address: str, cookie: dict[str, str]) -> None:
    """Look at every page that the frame links to, some times each, as a signed-in person."""
    paths = sorted(set(HREF.findall(page(address + "/ui/", cookie))))
    remark(f"Looking at {len(paths)} pages")
    for path in paths * ROUNDS:
        page(address + path, cookie)


def page(address: str, cookie: dict[str, str]) -> str:
    request = urllib.request.Request(address, headers={"Cookie": "; ".join(f"{k}={v}" for k, v in cookie.items())})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.read().decode(errors="replace")


def memory(pid: int) -> float:
    """MB of the program and its children after a rest, shared pages counted once."""
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


if __name__ == "__main__":
    django.setup()
    print(json.dumps({name: morsel.value for name, morsel in signed_in().cookies.items()}))
