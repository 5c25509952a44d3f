"""`kartu up`: the web server, the worker and the clock under one roof.

This process stays small: it loads no Django. It prepares the data folder in a child that ends again,
then starts the web server and the worker (the clock ticks in the worker) and starts them again when they fall over.
"""

import argparse
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser

from kartu.core import running
from kartu.project import place, sockets
from kartu.project.children import PATIENCE, Child

# As kartu.project.certificates names it; this process does without its packages.
AUTHORITY = place.DATA_DIR / "lan-ca.crt"


def main(words: list[str]) -> int:
    """Run until told to stop; returns the exit code."""
    parser = argparse.ArgumentParser(prog="kartu up", description="Run Kartu: web server, worker and clock.")
    parser.add_argument("--lan", action="store_true", help="by HTTPS for every computer and phone of this network")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    chosen = parser.parse_args(words)

    lock = running.hold(place.DATA_DIR)
    if lock is None:
        return complain(f"Kartu runs already on the data in {place.DATA_DIR}.")
    try:
        for listener in sockets.listening():
            listener.close()
    except OSError as taken:
        return complain(f"Port {place.PORT} cannot be used ({taken.strerror}). Try KARTU_PORT={place.PORT + 1}")
    prepared = subprocess.run([sys.executable, "-m", "kartu.project.prepare"], stdout=subprocess.PIPE, check=False)
    if prepared.returncode:
        return prepared.returncode
    with lock:
        supervise(json.loads(prepared.stdout.splitlines()[-1])["first_page"], not chosen.no_browser)
    return 0


def complain(text: str) -> int:
    print(text, file=sys.stderr)
    return 1


def supervise(first_page: str, open_browser: bool) -> None:
    stopping = threading.Event()
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stopping.set())
    children = [Child("The web server", "kartu.project.web"), Child("The worker", "kartu.project.work")]
    welcome = threading.Thread(target=greet, args=(first_page, open_browser, stopping), daemon=True)
    welcome.start()
    while not stopping.is_set():
        for child in children:
            child.tend()
        stopping.wait(0.5)
    print("Stopping ...", flush=True)
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + PATIENCE
    for child in children:
        child.wait(until)


def greet(first_page: str, open_browser: bool, stopping: threading.Event) -> None:
    """Once the server answers, say where, and open the browser there."""
    while not answers():
        if stopping.wait(0.1):
            return
    address = place.ADDRESS + first_page
    print(f"Kartu is running: {address}", flush=True)
    if first_page != "/":
        print("This link opens the first-run page once; it is good for 24 hours.", flush=True)
    if place.IS_LAN:
        print(f"For other devices: each has to trust {AUTHORITY} once (docs/install.md says how).", flush=True)
    print("Stop it with Ctrl+C.", flush=True)
    if open_browser and has_screen():
        webbrowser.open(address)


def has_screen() -> bool:
    """Whether a browser has somewhere to open; without this check a text browser would take over the console."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def answers() -> bool:
    try:
        trust = ssl.create_default_context(cafile=str(AUTHORITY)) if place.IS_LAN else None
        with urllib.request.urlopen(f"{place.AT_HOME}/health", timeout=2, context=trust) as answer:  # noqa: S310 - ours
            return answer.status == 200
    except OSError:
        return False
