"""One listener per process: reads each new message once and hands it to the open pages it is meant for."""

import asyncio
import logging
import threading
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, InterfaceError, close_old_connections

from kartu.core import wake
from kartu.core.models.live import LiveMessage
from kartu.core.models.sequence import Position

log = logging.getLogger(__name__)

QUEUE_SIZE = 100
# However silent the bell, the table is looked into that often.
LOOK_SECONDS = 5
# How often a message held back by an open transaction is looked for again (PostgreSQL).
HELD_BACK_SECONDS = 0.05


@dataclass(frozen=True)
class Message:
    position: Position
    person_id: int | None
    kind: str
    data: dict[str, Any]

    @classmethod
    def of(cls, row: LiveMessage) -> "Message":
        return cls(row.position, row.person_id, row.kind, row.data)


@dataclass(eq=False)
class Listening:
    """An open page's end of the listener. `overrun`: it did not take its messages fast enough and must reconnect."""

    person_id: int
    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue = field(default_factory=lambda: asyncio.Queue(QUEUE_SIZE))
    overrun: bool = False

    def put(self, message: Message) -> None:
        """Called on the page's own loop."""
        if self.overrun:
            return
        if self.queue.full():
            self.overrun = True
        else:
            self.queue.put_nowait(message)


class Listener:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: dict[int, set[Listening]] = defaultdict(set)
        self._thread: threading.Thread | None = None
        self._position: Position | None = None
        self._ready = threading.Event()

    def subscribe(self, person_id: int) -> Listening:
        """Hear what is said to `person_id`; called on the page's loop. Complete once the listener is ready."""
        listening = Listening(person_id, asyncio.get_running_loop())
        with self._lock:
            self._pages[person_id].add(listening)
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="live-listener", daemon=True)
                self._thread.start()
        return listening

    def unsubscribe(self, listening: Listening) -> None:
        with self._lock:
            self._pages[listening.person_id].discard(listening)
            if not self._pages[listening.person_id]:
                del self._pages[listening.person_id]

    def wait_until_ready(self) -> None:
        """Until the listener has its place in the table: what is written from here on, it will hand out."""
        if not self._ready.wait(10):
            raise TimeoutError("Live messages cannot be read")

    def now(self) -> Position:
        """Where the table ends for all that anybody can know."""
        return LiveMessage.objects.end()

    def _listen(self) -> None:
        bell = wake.Bell(wake.LIVE)
        pause = 0.0
        while True:
            try:
                if self._position is None:
                    self._position = self.now()
                    self._ready.set()
                pause = self._look()
            except (DatabaseError, InterfaceError):
                log.warning("live messages cannot be read; trying again", exc_info=True)
                time.sleep(1)
                close_old_connections()
            bell.wait(pause or LOOK_SECONDS)

    def _look(self) -> float:
        """Hand out what is new; returns how soon to look again unasked, 0 for no hurry."""
        while True:
            rows = list(LiveMessage.objects.after(self._position)[:500])
            for row in rows:
                self._hand_out(Message.of(row))
                self._position = row.position
            if not rows:
                return HELD_BACK_SECONDS if self._is_held_back() else 0

    def _is_held_back(self) -> bool:
        """Whether something is written that an older open transaction keeps us from reading."""
        return LiveMessage.objects.unsettled().exists()

    def _hand_out(self, message: Message) -> None:
        with self._lock:
            if message.person_id is None:
                pages = [page for group in self._pages.values() for page in group]
            else:
                pages = list(self._pages.get(message.person_id, ()))
        for page in pages:
            with suppress(RuntimeError):  # its loop has just been closed
                page.loop.call_soon_threadsafe(page.put, message)
