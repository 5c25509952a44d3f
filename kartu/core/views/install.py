"""Kartu as an app of the phone or computer: its manifest, its service worker, and the page for when there is no answer.

All three are public: a browser asks for them without saying who sits at it.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kartu.core.access import public
from kartu.core.frontend import asset_url
from kartu.core.menu import menu, new_menu

# --k-canvas and --k-accent of frontend/css/tokens.css, in the light.
CANVAS, ACCENT = "#f6f5f2", "#3a45b4"
SIZES = (192, 512)
MOST_SHORTCUTS = 4


@require_safe
@public("a browser fetches it without a password; it holds names and pictures of the program alone")
def manifest(request: HttpRequest) -> HttpResponse:
    told = {
        "id": "/",
        "name": "Kartu",
        "short_name": "Kartu",
        "description": _("The customers of the firm, on its own computer"),
        "lang": get_language(),
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": CANVAS,
        "theme_color": CANVAS,
        "icons": icons(),
        "shortcuts": shortcuts(),
        **share_target(),
    }
    response = JsonResponse(told, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-cache"
    return response


def icons() -> list[dict]:
    pictures = [
        {"src": asset_url(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any"}
        for size in SIZES
    ]
    whole = {"src": asset_url("icon-whole.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"}
    return [*pictures, whole]


def shortcuts() -> list[dict]:
    """The first places of the phone's bar; whether one may go there is asked there."""
    places = [item for item in menu if item.on_phone][:MOST_SHORTCUTS]
    return [{"name": str(item.label), "url": reverse(item.url_name)} for item in places]


def share_target() -> dict[str, dict]:
    """What "Share" on a phone opens in the installed app: the form of the first new thing that takes it."""
    item = next((item for item in new_menu if item.takes_shared), None)
    if item is None:
        return {}
    return {
        "share_target": {
            "action": reverse(item.url_name),
            "method": "GET",
            "enctype": "application/x-www-form-urlencoded",
            "params": {"title": "title", "text": "text", "url": "link"},
        }
    }


@require_safe
@public("a browser fetches it without a password; it is the same for everybody")
def service_worker(request: HttpRequest) -> HttpResponse:
    """The built file, but from the top: a service worker sees to the pages beside and below it alone."""
    path = settings.STATIC_ROOT / asset_url("service-worker.js").removeprefix(settings.STATIC_URL)
    built = path.read_bytes() if path.is_file() else b""  # tests of what the server answers need no build
    response = HttpResponse(built, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
@public("shown where Kartu does not answer; it says nothing else")
def offline(request: HttpRequest) -> HttpResponse:
    response = render(request, "core/offline.html")
    response["Cache-Control"] = "no-cache"
    return response
