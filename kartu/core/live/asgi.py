"""The stream of live messages at /events, answered before Django.

A stream stays open for hours; a thread for each, which Django would pin, costs a hundred threads for a
hundred pages. Here a stream is one coroutine. The database is asked in two threads that all streams share.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

from django.core.exceptions import DisallowedHost, PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections

from kartu.core.live.bus import LOOK_AGAIN
from kartu.core.live.listener import Listener, Listening, Message
from kartu.core.live.visitor import replay, visitor_of
from kartu.core.models.sequence import Position

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15
# Whoever is dismissed, or whose working hours are over, hears nothing more after this.
LOOK_SECONDS = 10

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    # The end of a stream is the end of the line; the browser connects anew.
    (b"connection", b"close"),
]

_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="live")
_listener = Listener()


class Ended(Exception):
    """The stream is over: the page was closed, the person may no longer listen, or fell behind."""


async def events(scope: dict, receive: Callable, send: Callable) -> None:
    """The ASGI application for /events: 401 for whoever is not signed in, 403 for whoever may not be here now, a stream
    for everybody else."""
    if scope["method"] != "GET":
        return await refuse(send, 405)
    try:
        request = ASGIRequest(scope, None)
        request.get_host()  # a foreign name that leads here is refused, as everywhere
        start = start_of(request)
    except (DisallowedHost, ValueError):
        return await refuse(send, 400)
    cookies, address = request.COOKIES, request.META["REMOTE_ADDR"]
    try:
        person_id = await in_thread(visitor_of, cookies, address)
    except PermissionDenied:
        return await refuse(send, 403)  # the page asks again later, when he may
    if person_id is None:
        return await refuse(send, 401)
    await stream(Stream(send, cookies, address, person_id), receive, start)


async def refuse(send: Callable, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"cache-control", b"no-store")]})
    await send({"type": "http.response.body", "body": b""})


def start_of(request: ASGIRequest) -> Position | None:
    """Behind which message the page wants to hear: what it heard last, or where it stood when it was made."""
    after = parse_qs(request.META.get("QUERY_STRING", "")).get("after", [""])[0]
    text = request.headers.get("Last-Event-ID") or after
    return Position.parse(text) if text else None


class Stream:
    """One open page."""

    def __init__(self, send: Callable, cookies: dict[str, str], address: str, person_id: int) -> None:
        self._send = send
        self.cookies = cookies
        self.address = address
        self.person_id = person_id
        self.sent = Position()

    async def begin(self) -> None:
        await self._send({"type": "http.response.start", "status": 200, "headers": HEADERS})

    async def write(self, text: str) -> None:
        await self._send({"type": "http.response.body", "body": text.encode(), "more_body": True})

    async def end(self) -> None:
        await self._send({"type": "http.response.body", "body": b""})

    async def tell(self, message: Message) -> None:
        """Send `message` unless the page has it already."""
        if message.position > self.sent:
            self.sent = message.position
            data = json.dumps(message.data, ensure_ascii=False)
            await self.write(f"id: {message.position}\nevent: {message.kind}\ndata: {data}\n\n")


async def stream(page: Stream, receive: Callable, start: Position | None) -> None:
    listening = _listener.subscribe(page.person_id)
    try:
        await in_thread(_listener.wait_until_ready)
        await page.begin()
        await catch_up(page, start)
        gone = asyncio.ensure_future(closed(receive))
        try:
            await follow(page, listening, gone)
        finally:
            gone.cancel()
    except Ended as why:
        log.debug("stream of %s ended: %s", page.person_id, why)
        await page.end()
    except OSError:
        pass  # the page is gone
    finally:
        _listener.unsubscribe(listening)


async def catch_up(page: Stream, start: Position | None) -> None:
    """Send what the page has missed. We listen already, so nothing falls between; doubles are left out by place."""
    if start is None:
        start = await in_thread(_listener.now)
    page.sent = start
    await page.write(f"retry: 2000\nid: {start}\nevent: ready\ndata: {{}}\n\n")
    while missed := await in_thread(replay, page.person_id, page.sent):
        for message in missed:
            await page.tell(message)


async def follow(page: Stream, listening: Listening, gone: asyncio.Future) -> None:
    loop = asyncio.get_running_loop()
    beat_at, look_at = loop.time() + HEARTBEAT_SECONDS, loop.time() + LOOK_SECONDS
    while True:
        message = await next_of(listening, gone, min(beat_at, look_at) - loop.time())
        if message is not None and message.kind != LOOK_AGAIN:
            await page.tell(message)
        now = loop.time()
        if message is not None and message.kind == LOOK_AGAIN:
            look_at = now
        if now >= look_at:
            if not await may_listen(page):
                raise Ended("signed out, dismissed, or outside the permitted hours")
            look_at = now + LOOK_SECONDS
        if now >= beat_at:
            await page.write(": beat\n\n")
            beat_at = now + HEARTBEAT_SECONDS


async def may_listen(page: Stream) -> bool:
    try:
        return await in_thread(visitor_of, page.cookies, page.address) == page.person_id
    except PermissionDenied:
        return False


async def next_of(listening: Listening, gone: asyncio.Future, seconds: float) -> Message | None:
    """The next message, or None after `seconds`; Ended if the page is closed or too slow."""
    waiting = asyncio.ensure_future(listening.queue.get())
    done, _pending = await asyncio.wait({waiting, gone}, timeout=max(0, seconds), return_when=asyncio.FIRST_COMPLETED)
    if gone in done:
        waiting.cancel()
        raise Ended("closed")
    if waiting not in done:
        waiting.cancel()
        return None
    if listening.overrun and listening.queue.empty():
        raise Ended("fell behind; the page connects again and catches up")
    return waiting.result()


async def closed(receive: Callable) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def in_thread(function: Callable, *args: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(_threads, _ask, function, *args)


def _ask(function: Callable, *args: Any) -> Any:
    close_old_connections()  # one that has been lost meanwhile is made anew
    return function(*args)
