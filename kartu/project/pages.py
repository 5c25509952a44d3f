"""Django's pages as an ASGI application: ordinary synchronous Django in a few lasting threads.

Django's own ASGI handler gives every request a new thread, and with it a new database connection. Threads that
stay keep their connection and its cache; streams that are open for hours (live messages) never come here.
"""

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings
from django.core import signals
from django.core.handlers.asgi import ASGIRequest, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.urls import set_script_prefix

Receive = Callable[[], Awaitable[dict]]
Send = Callable[[dict], Awaitable[None]]

THREADS = 8
PATIENCE = 60  # seconds without a byte from or to the browser, after which it is given up
CHUNK = 64 * 1024
UNDECLARED = 1024 * 1024  # how much of a body is read whose length was not told beforehand

logger = logging.getLogger(__name__)


class Refused(Exception):
    """A request that is answered without Django; `status` is the answer."""

    def __init__(self, status: int) -> None:
        self.status = status


class Gone(Exception):
    """The browser has gone away."""


@dataclass
class Answer:
    """What one thread hands back: an answer all of which is known. A streamed one has been sent already."""

    start: dict
    body: bytes


class Pages(BaseHandler):
    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=False)
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")

    async def __call__(self, scope: dict, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(scope, receive)
        except Gone:
            return
        except Refused as refused:
            await refuse(refused.status, send)
            return
        loop = asyncio.get_running_loop()

        def send_from_thread(message: dict) -> None:
            asyncio.run_coroutine_threadsafe(send(message), loop).result(PATIENCE)

        answer = await loop.run_in_executor(self.threads, self.answer, scope, body, send_from_thread)
        if answer:
            await send(answer.start)
            await send({"type": "http.response.body", "body": answer.body})

    def answer(self, scope: dict, body: tempfile.SpooledTemporaryFile, send: Callable[[dict], None]) -> Answer | None:
        """In a thread: the whole life of a request, so that it begins and ends on one database connection."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        with body:
            response = self.respond(scope, body)
            try:
                start = {"type": "http.response.start", "status": response.status_code, "headers": headers_of(response)}
                if not response.streaming:
                    return Answer(start, response.content)
                send(start)
                if scope["method"] != "HEAD":
                    stream(response, send)
                send({"type": "http.response.body"})
                return None
            finally:
                response.close()  # this also ends the request for Django

    def respond(self, scope: dict, body: tempfile.SpooledTemporaryFile) -> HttpResponseBase:
        try:
            request = ASGIRequest(scope, body)
        except UnicodeDecodeError:
            return HttpResponse("Bad request", status=400, content_type="text/plain; charset=utf-8")
        try:
            response = self.get_response(request)
        except Exception:  # even the page that says so has failed
            logger.exception("No answer to %s %s", scope["method"], scope["path"])
            return HttpResponse(
                "This did not work. Please try again.", status=500, content_type="text/plain; charset=utf-8"
            )
        if isinstance(response, FileResponse):
            response.block_size = CHUNK
        return response


async def read_body(scope: dict, receive: Receive) -> tempfile.SpooledTemporaryFile:
    """The whole body, in memory or, when larger, on disk. Raises Refused (408, 413) or Gone."""
    declared = dict(scope["headers"]).get(b"content-length")
    limit = settings.MAX_REQUEST_BODY if declared else UNDECLARED
    if declared and int(declared) > limit:  # the server has seen to it that it is a number
        raise Refused(413)
    body = tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115 - handed on
    size = 0
    while True:
        try:
            message = await asyncio.wait_for(receive(), PATIENCE)
        except TimeoutError:
            body.close()
            raise Refused(408) from None
        if message["type"] == "http.disconnect":
            body.close()
            raise Gone
        size += len(message.get("body", b""))
        if size > limit:
            body.close()
            raise Refused(413)
        body.write(message.get("body", b""))
        if not message.get("more_body"):
            body.seek(0)
            return body


async def refuse(status: int, send: Send) -> None:
    """A short answer, after which the connection closes: what is left of the body is never read."""
    text = {408: b"The request took too long.", 413: b"This is too large."}[status]
    length = str(len(text)).encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", length), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})


def headers_of(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    headers = [(name.encode("ascii"), value.encode("latin1")) for name, value in response.items()]
    cookies = [cookie.output(header="").strip() for cookie in response.cookies.values()]
    return headers + [(b"Set-Cookie", cookie.encode("ascii")) for cookie in cookies]


def stream(response: HttpResponseBase, send: Callable[[dict], None]) -> None:
    """Send part by part, no faster than the browser takes it."""
    for part in response:
        for begin in range(0, len(part), CHUNK):
            send({"type": "http.response.body", "body": part[begin : begin + CHUNK], "more_body": True})
