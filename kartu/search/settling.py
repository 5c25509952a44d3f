"""A search while typing is one row of the log: the question when no letter is added to it any more.

It happens here and not in the browser, so that whoever wants his searches unseen cannot leave the message out.
"""

import atexit
import threading
import time
from dataclasses import dataclass

from django.conf import settings

from kartu.core.actors import Actor
from kartu.security import origin, views_log
from kartu.security.models.view import ViewRow

REST = 2.0  # seconds without a further letter


@dataclass(frozen=True)
class Search:
    """A question that may still go on. What is left while letters are taken away is no question of its own."""

    text: str
    by: Actor
    count: int
    at: float
    origin: origin.Origin
    is_left_over: bool


_waiting: dict[tuple[int | None, str], Search] = {}
_lock = threading.Lock()
_wake = threading.Event()
_watcher: threading.Thread | None = None


def typed(text: str, *, by: Actor, count: int) -> None:
    """Note that `by` has typed `text` so far and was shown `count` records. What he had typed just before is logged,
    unless `text` only goes on with it."""
    here, now, text = origin.current(), time.monotonic(), text.strip()
    key = (by.pk, here.session)
    with _lock:
        before = _waiting.get(key)
        is_left_over = before is not None and before.text.startswith(text) and before.text != text
        _waiting[key] = Search(text, by, count, now, here, is_left_over)
    if before and (now - before.at >= REST or not (before.is_left_over or text.startswith(before.text))):
        settled(before)
    if not settings.TESTING:
        _watch()


def settled(search: Search) -> None:
    """The question stands: put it into the log of views."""
    if not search.text:
        return
    with origin.coming_from(search.origin):
        views_log.saw(ViewRow.SEARCH, by=search.by, detail={"text": search.text[:200], "count": search.count})


def settle(older_than: float = 0.0) -> None:
    """Log all questions that have rested for so many seconds."""
    now = time.monotonic()
    with _lock:
        resting = [key for key, search in _waiting.items() if now - search.at >= older_than]
        done = [_waiting.pop(key) for key in resting]
    for search in done:
        settled(search)


def _watch() -> None:
    global _watcher
    _wake.set()
    if _watcher is None or not _watcher.is_alive():
        with _lock:
            if _watcher is None or not _watcher.is_alive():
                _watcher = threading.Thread(target=_settle_for_ever, name="settling-searches", daemon=True)
                _watcher.start()
                atexit.register(_settle_at_exit)


def _settle_at_exit() -> None:
    settle()
    views_log.flush()


def _settle_for_ever() -> None:
    while True:
        _wake.wait()
        _wake.clear()
        while _waiting:
            time.sleep(REST / 2)
            settle(REST)
