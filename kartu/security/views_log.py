"""Who looked at what. Views are many and small: they are gathered and written together within a second.

They lie in a store of their own (settings.DATABASES["views"] where there is one), so that looking never waits for
somebody who writes. A crash may lose the last second of views; acts are never kept here.
"""

import atexit
import threading
from collections import deque

from django.conf import settings
from django.db import models, router
from django.utils import timezone

from kartu.core.actors import Actor
from kartu.security import origin
from kartu.security.models.view import ViewRow

INTERVAL = 0.8  # seconds between two writes

_waiting: deque[ViewRow] = deque()
_wake = threading.Event()
_writer: threading.Thread | None = None
_start = threading.Lock()


def saw(
    kind: str,
    *,
    by: Actor,
    row: models.Model | None = None,
    object_type: str = "",
    detail: dict | None = None,
    at_once: bool = False,
) -> None:
    """Note that `by` looked at `row` (a card) or at a list or search, `detail` saying what was asked and shown.

    `at_once`: the row is there when this returns, for whoever counts them.
    """
    if by.is_system:
        return
    here = origin.current()
    view = ViewRow(
        at=timezone.now(),
        actor_id=by.pk,
        kind=kind,
        object_type=object_type or (row._meta.label_lower if row is not None else ""),
        object_id=row.pk if row is not None else None,
        detail=detail or {},
        session=here.session,
        address=here.address,
    )
    if settings.TESTING or at_once:
        view.save(force_insert=True)
        return
    _waiting.append(view)
    _ensure_writer()
    _wake.set()


def _ensure_writer() -> None:
    global _writer
    if _writer is None or not _writer.is_alive():
        with _start:
            if _writer is None or not _writer.is_alive():
                _writer = threading.Thread(target=_write_for_ever, name="views-log", daemon=True)
                _writer.start()
                atexit.register(flush)


def _write_for_ever() -> None:
    while True:
        _wake.wait()
        _wake.clear()
        threading.Event().wait(INTERVAL)
        flush()


def flush() -> None:
    """Write whatever waits. A failure puts it back, to be tried with the next ones."""
    batch = []
    while _waiting:
        batch.append(_waiting.popleft())
    try:
        if batch:
            ViewRow.objects.using(router.db_for_write(ViewRow)).bulk_create(batch, batch_size=200)
    except Exception:
        _waiting.extendleft(reversed(batch))
        raise
