"""One job in a process of its own: `python -m kartu.core.apart ID ATTEMPT`, started by the worker."""

import os
import sys
import threading

from kartu.core.loading import load


def main() -> None:
    going_home = threading.Event()
    threading.Thread(target=watch_parent, args=(going_home,), daemon=True).start()
    load()

    # The models exist only after setup.
    from kartu.core.jobs.declare import discover  # noqa: PLC0415
    from kartu.core.jobs.run import run  # noqa: PLC0415
    from kartu.core.jobs.surroundings import surrounded  # noqa: PLC0415
    from kartu.core.models import Job  # noqa: PLC0415

    discover()
    job = Job.objects.running().filter(pk=int(sys.argv[1]), attempts=int(sys.argv[2])).first()
    if job is not None:
        with surrounded():
            run(job, going_home)


def watch_parent(going_home: threading.Event) -> None:
    """The parent holds the other end of our standard input; when it closes it, or is gone, we go home too."""
    while os.read(0, 1024):
        pass
    going_home.set()
    threading.Timer(10, os._exit, args=(1,)).start()


if __name__ == "__main__":
    main()
