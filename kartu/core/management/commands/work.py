"""`kartu work`: one more worker, on a database that many machines share."""

import signal
import threading

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from kartu.core.jobs import worker


class Command(BaseCommand):
    help = "Run one more worker, on a database that many machines share."

    def handle(self, *args: object, **options: object) -> None:
        if connection.vendor == "sqlite":
            raise CommandError("On SQLite one worker is fastest, and `kartu up` runs it. More need PostgreSQL.")
        stop = threading.Event()
        for name in ("SIGINT", "SIGTERM"):
            signal.signal(getattr(signal, name), lambda *_: stop.set())
        worker.run(stop)
