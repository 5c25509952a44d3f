"""The worker with its clock, as a child of `kartu up`: takes jobs as they come due."""

import importlib
import os
import threading

import django

from kartu.project.children import live_with_parent


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kartu.project.settings")
    stop = threading.Event()
    parting = live_with_parent(stop.set)
    django.setup()
    importlib.import_module("kartu.core.jobs.worker").run(stop)  # it brings models, which exist only now
    if stop.is_set() and parting.is_wanted:
        importlib.import_module("kartu.security.running").stopped()


if __name__ == "__main__":
    main()
