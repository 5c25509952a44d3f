"""The program as an ASGI application: the built front end, live messages, pages."""

import os
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kartu.project.settings")
django.setup()

# All below reads the settings, so it can be imported only now.
from django.conf import settings  # noqa: E402

from kartu.core.live.asgi import events  # noqa: E402
from kartu.project.pages import Pages  # noqa: E402
from kartu.project.static import StaticFiles  # noqa: E402

pages = Pages()
static = StaticFiles(settings.STATIC_ROOT, settings.STATIC_URL, fresh=settings.DEBUG)


async def application(scope: dict, receive: Callable, send: Callable) -> None:
    if scope["type"] != "http":
        raise ValueError(f"Kartu speaks HTTP, not {scope['type']}")
    if scope["path"].startswith(settings.STATIC_URL):
        await static(scope, receive, send)
    elif scope["path"] == "/events":
        await events(scope, receive, send)
    else:
        await pages(scope, receive, send)
