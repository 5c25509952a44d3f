"""Knowing at once that another process has written something, at next to no cost while nothing happens.

SQLite counts the commits of others in `PRAGMA data_version`, which is read four times a second; PostgreSQL
tells by LISTEN and NOTIFY. Both are only a bell: who is woken looks into the tables, and looks there now and
then unasked.
"""

import sqlite3
import time

from django.db import connection, transaction

JOBS = "kartu_jobs"
LIVE = "kartu_live"
POLL_SECONDS = 0.25


def after_commit(channel: str) -> None:
    """Ring `channel` once when this transaction has committed. SQLite needs no ringing."""
    if connection.vendor != "postgresql":
        return
    ring = _rings[channel]
    here = set(connection.savepoint_ids)
    # A bell registered in the same or an outer savepoint will ring if we commit; one is enough.
    if not any(function is ring and savepoints <= here for savepoints, function, _robust in connection.run_on_commit):
        transaction.on_commit(ring)


def _ring(channel: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [channel])


def ring_jobs() -> None:
    _ring(JOBS)


def ring_live() -> None:
    _ring(LIVE)


_rings = {JOBS: ring_jobs, LIVE: ring_live}


class Bell:
    """Waits for commits of others, on a connection of its own. Belongs to one thread."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self._connection = None
        self._version = None

    def wait(self, seconds: float) -> bool:
        """True as soon as something was written, False after `seconds` of silence or a lost connection."""
        if connection.vendor == "postgresql":
            return self._listen(seconds)
        return self._poll(seconds)

    def _poll(self, seconds: float) -> bool:
        ends = time.monotonic() + seconds
        while True:
            if self._has_changed():
                return True
            left = ends - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(POLL_SECONDS, left))

    def _has_changed(self) -> bool:
        if self._connection is None:
            name = str(connection.settings_dict["NAME"])
            self._connection = sqlite3.connect(name, uri=name.startswith("file:"), timeout=1, isolation_level=None)
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        changed, self._version = version != self._version, version
        return changed

    def _listen(self, seconds: float) -> bool:
        import psycopg  # noqa: PLC0415 - SQLite alone needs no PostgreSQL driver

        try:
            if self._connection is None:
                self._connection = psycopg.connect(**postgres_parameters(), autocommit=True)
                self._connection.execute(f"LISTEN {self.channel}")
                return True  # whatever happened while nobody listened
            return any(True for _notice in self._connection.notifies(timeout=seconds, stop_after=1))
        except psycopg.OperationalError:
            self.close()
            time.sleep(min(1.0, seconds))
            return False

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def postgres_parameters() -> dict:
    """How to reach the database, in psycopg's words."""
    parameters = connection.get_connection_params()
    return {key: parameters[key] for key in ("dbname", "user", "password", "host", "port") if key in parameters}
