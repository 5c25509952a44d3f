"""The program as an ASGI application: the built front end, live messages, pages."""

import asyncio
import os
from collections.abc import Callable

from kartu.core.loading import load
from kartu.project.place import WEB_LOCK_WAIT, WEB_MAPPED_MB

os.environ.setdefault("KARTU_MAPPED_MB", str(WEB_MAPPED_MB))
os.environ.setdefault("KARTU_LOCK_WAIT", str(WEB_LOCK_WAIT))
load()

# All below reads the settings, so it can be imported only now.
from django.conf import settings  # noqa: E402

from kartu.core.live.asgi import events  # noqa: E402
from kartu.project.pages import Pages  # noqa: E402
from kartu.project.static import StaticFiles  # noqa: E402

# Set when the server goes down: open streams are told that nobody listens any more, and end by themselves.
closing = asyncio.Event()
pages = Pages()
static = StaticFiles(settings.STATIC_ROOT, settings.STATIC_URL, fresh=settings.DEBUG)


async def application(scope: dict, receive: Callable, send: Callable) -> None:
    if scope["type"] != "http":
        raise ValueError(f"Kartu speaks HTTP, not {scope['type']}")
    if scope["path"].startswith(settings.STATIC_URL):
        await static(scope, receive, send)
    elif scope["path"] == "/events":
        await events(scope, until_closing(receive), send)
    else:
        await pages(scope, receive, send)


def until_closing(receive: Callable) -> Callable:
    """`receive` for a stream: whatever the browser does, or its end when the server goes down."""

    async def receive_or_end() -> dict:
        heard, over = asyncio.ensure_future(receive()), asyncio.ensure_future(closing.wait())
        try:
            await asyncio.wait({heard, over}, return_when=asyncio.FIRST_COMPLETED)
            return heard.result() if heard.done() else {"type": "http.disconnect"}
        finally:
            heard.cancel()
            over.cancel()

    return receive_or_end
