"""What every page has around its content."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from kartu.core.drawers import in_drawer
from kartu.core.menu import new_for, places
from kartu.core.shell import notices_for, shell_parts
from kartu.core.toasts import flashed


def shell(request: HttpRequest) -> dict:
    """Lazy, so that a piece of a page pays for nothing of the frame.

    `layout` is what a page extends: the full frame, or a drawer when a drawer asks for it.
    """
    person = getattr(request, "user", None)
    is_signed_in = person is not None and person.is_authenticated
    parts = {part.key: _lazy(part.value, request) for part in shell_parts if is_signed_in or part.public}
    parts["language"] = get_language()
    parts["layout"] = "core/drawer.html" if in_drawer(request) else "core/page.html"
    if not is_signed_in:
        return {**parts, "menu": []}
    here = SimpleLazyObject(lambda: places(person, request.path))
    return {
        "person_url": "/profile/",
        **parts,
        "person": person,
        "menu": here,
        "phone_menu": SimpleLazyObject(lambda: [place for place in here if place.on_phone]),
        "shell_notices": _lazy(notices_for, request),
        "new_menu": SimpleLazyObject(lambda: new_for(person)),
        "toasts": SimpleLazyObject(lambda: flashed(request)),
    }


def _lazy(value: Callable[[HttpRequest], object], request: HttpRequest) -> SimpleLazyObject:
    return SimpleLazyObject(lambda: value(request))
