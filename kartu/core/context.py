"""What every page has around its content."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from kartu.core.menu import menu_for


def shell(request: HttpRequest) -> dict:
    """Lazy, so that a piece of a page pays for nothing of the frame."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {"menu": []}
    return {"person": person, "menu": SimpleLazyObject(lambda: menu_for(person))}
