"""The program as an ASGI application: the built front end, live messages, pages."""

import os
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kartu.project.settings")
django.setup()

# All below reads the settings, so it can be imported only now.
from django.conf import settings  # noqa: E402

from kartu.project.pages import Pages  # noqa: E402
from kartu.project.static import StaticFiles  # noqa: E402

pages = Pages()
static = StaticFiles(settings.STATIC_ROOT, settings.STATIC_URL, fresh=settings.DEBUG)
live = import_module("kartu.core.live").asgi if find_spec("kartu.core.live") else pages


async def application(scope: dict, receive: Callable, send: Callable) -> None:
    if scope["type"] != "http":
        raise ValueError(f"Kartu speaks HTTP, not {scope['type']}")
    if scope["path"].startswith(settings.STATIC_URL):
        await static(scope, receive, send)
    elif scope["path"] == "/events":
        await live(scope, receive, send)
    else:
        await pages(scope, receive, send)
