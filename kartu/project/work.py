"""The worker with its clock, as a child of `kartu up`: takes jobs as they come due."""

import importlib
import threading

from kartu.core.loading import load
from kartu.project.children import live_with_parent


def main() -> None:
    stop = threading.Event()
    parting = live_with_parent(stop.set)
    load()
    importlib.import_module("kartu.core.jobs.worker").run(stop)  # it brings models, which exist only now
    if stop.is_set() and parting.is_wanted:
        importlib.import_module("kartu.security.running").stopped()


if __name__ == "__main__":
    main()
