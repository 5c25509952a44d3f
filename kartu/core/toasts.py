"""Saying that something is done, with the way back: at once to htmx, or on the next page after a redirect."""

import json

from django.http import HttpRequest, HttpResponse

SESSION_KEY = "toasts"


def toast(response: HttpResponse, text: str, undo_url: str | None = None, more_url: str = "") -> HttpResponse:
    """Show `text` when this answer arrives at htmx; `undo_url` is what its Undo button posts to, `more_url` a page at
    the side that tells it whole. Returns `response`."""
    more = {"more": more_url} if more_url else {}
    return trigger(response, "kartu:toast", {"text": str(text), "undo": undo_url, **more})


def flash(request: HttpRequest, text: str, undo_url: str | None = None, more_url: str = "") -> None:
    """Show `text` on the next full page of this person: for answers that redirect."""
    waiting = request.session.get(SESSION_KEY, [])
    more = {"more": more_url} if more_url else {}
    request.session[SESSION_KEY] = [*waiting, {"text": str(text), "undo": undo_url, **more}]


def flashed(request: HttpRequest) -> list[dict]:
    """The toasts that wait for a page, which takes them."""
    return request.session.pop(SESSION_KEY, []) if SESSION_KEY in request.session else []


def trigger(response: HttpResponse, event: str, detail: dict) -> HttpResponse:
    """Dispatch the DOM event `event` in the browser when this answer arrives, besides those already asked for."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[event] = detail
    # A header holds ASCII only; json.dumps escapes everything else.
    response.headers["HX-Trigger"] = json.dumps(events)
    return response
