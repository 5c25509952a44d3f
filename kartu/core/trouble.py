"""Trouble with the place where the data lie: others write for long, there is no room left, the disk fails.

Each is told from a failure of the program itself: nothing was saved, what was typed is kept, and it says what to do.
"""

import errno
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Trouble:
    """`wait`: seconds after which it is worth another try; 0: somebody has to do something first."""

    status: int
    code: str
    title: str | Promise
    text: str | Promise
    wait: int = 0


BUSY = Trouble(
    503, "busy", _("Others are saving just now"), _("Nothing was saved yet. Try once more in a few seconds."), wait=5
)
FULL = Trouble(
    507,
    "full",
    _("The disk is full"),
    _("Nothing was saved. Make room on the computer that Kartu runs on, then try once more; all else can be read."),
)
BROKEN = Trouble(
    503,
    "broken",
    _("The disk does not keep what is written"),
    _("Nothing more is saved, so that nothing is lost unnoticed. Have the disk looked at, then start Kartu again."),
)
AWAY = Trouble(
    503, "away", _("The database does not answer"), _("Nothing was saved. Try once more in a few seconds."), wait=5
)

# By the first byte of SQLite's codes, PostgreSQL's states (or their classes), and the system's numbers.
OF_SQLITE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: BROKEN,
    sqlite3.SQLITE_CORRUPT: BROKEN,
    sqlite3.SQLITE_NOTADB: BROKEN,
    sqlite3.SQLITE_READONLY: BROKEN,
}
OF_POSTGRESQL = {
    "55P03": BUSY,  # a lock was waited for too long
    "40001": BUSY,  # serialization
    "40P01": BUSY,  # deadlock
    "53100": FULL,
    "53300": AWAY,  # too many connections
    "57P01": AWAY,  # the server goes down, went down, or comes up
    "57P02": AWAY,
    "57P03": AWAY,
    "58030": BROKEN,  # it cannot read or write its files
}
OF_THE_SYSTEM = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EIO: BROKEN, errno.EROFS: BROKEN}


def trouble_in(failure: BaseException | None) -> Trouble | None:
    """The trouble that `failure`, or what has led to it, comes from; None where the program itself failed."""
    return next((found for each in chain(failure) if (found := trouble_of(each))), None)


def chain(failure: BaseException | None) -> Iterator[BaseException]:
    while failure is not None:
        yield failure
        failure = failure.__cause__ or failure.__context__


def trouble_of(failure: BaseException) -> Trouble | None:
    if isinstance(failure, sqlite3.Error):
        return OF_SQLITE.get((getattr(failure, "sqlite_errorcode", None) or 0) & 0xFF)
    if type(failure).__module__.startswith("psycopg"):
        state = getattr(failure, "sqlstate", None)
        is_away = state is None and type(failure).__name__ == "OperationalError"
        return AWAY if is_away or (state or "").startswith("08") else OF_POSTGRESQL.get(state or "")
    return OF_THE_SYSTEM.get(failure.errno) if isinstance(failure, OSError) and failure.errno else None


class Disk:
    """Whether this process has met a disk that fails. What the system says of such a disk afterwards cannot be relied
    on: a write that it calls good may never have reached it. Only a start anew, which reads all again, ends this."""

    fails = False

    def note(self, trouble: Trouble | None) -> None:
        self.fails = self.fails or trouble is BROKEN


disk = Disk()


def no_writing_on_a_broken_disk(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: what is there can be read; what would be written is refused at once."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if disk.fails and request.method not in SAFE:
            from kartu.core.views.errors import in_trouble  # noqa: PLC0415 - views are loaded when addresses are

            return in_trouble(request, BROKEN)
        return get_response(request)

    return middleware
