"""The worker with its clock: takes jobs as they come due."""

import importlib
import importlib.util
import os
import signal
import sys
import threading

import django

from kartu.project.children import CHILD, live_with_parent


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kartu.project.settings")
    stop = threading.Event()
    if CHILD in sys.argv:
        live_with_parent(stop.set)
    else:
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
    django.setup()
    if importlib.util.find_spec("kartu.core.jobs.worker"):
        importlib.import_module("kartu.core.jobs.worker").run(stop=stop)
    else:
        stop.wait()


if __name__ == "__main__":
    main()
