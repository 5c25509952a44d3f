"""The page that asks a person to prove himself again, in the place of the answer to what he did, which goes on then."""

import functools
from collections.abc import Callable

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kartu.core.components.forms import KEY_FIELD
from kartu.core.drawers import in_drawer
from kartu.core.sealing import Unreadable, seal, unseal
from kartu.firm import again
from kartu.firm.door import TooSoon, Wrong
from kartu.firm.models import User
from kartu.firm.views.answers import wait

LOOKS = ("GET", "HEAD")
# Stands before a secret that a page carries along.
SEALED = "sealed:"


def asks_again(view: Callable) -> Callable:
    """Declare, under the right: to change something here the person must have proved himself in the last minutes."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        page = None if request.method in LOOKS else first_prove(request)
        return view(request, *args, **kwargs) if page is None else page

    run.kartu_asks_again = True
    return run


def first_prove(request: HttpRequest) -> HttpResponse | None:
    """The page to answer with, 403, that asks for a proof and posts here whatever was posted, together with it; None
    when there is nothing to ask. `request.was_asked` tells that the proof came along just now."""
    if again.is_fresh(request):
        request.POST = without_proofs(request)  # a page that asked may have lain open until the proof came elsewhere
        return None
    if getattr(request, "program", None):
        raise PermissionDenied("a person who has just proved himself")
    given = [(proof.key, value) for proof in again.proofs_of(request.user) if (value := value_of(request, proof.key))]
    if not given:
        return asking(request)
    try:
        again.prove(request, *given[0])
    except Wrong:
        return asking(request, _("This is not right. Look at the language of the keyboard, or wait for the next code."))
    except TooSoon as soon:
        return wait(asking(request, soon.told), soon)
    request.POST = without_proofs(request)
    request.was_asked = True
    return None


def value_of(request: HttpRequest, key: str) -> str:
    return request.POST.get(f"{again.FIELD}{key}", "")[:5000]


def without_proofs(request: HttpRequest) -> object:
    """What was posted, secrets opened again."""
    posted = request.POST.copy()
    for name in [name for name in posted if name.startswith(again.FIELD)]:
        del posted[name]
    for name in filter(is_secret, posted):
        posted.setlist(name, [opened(value, request.user) for value in posted.getlist(name)])
    return posted


def is_secret(name: str) -> bool:
    """Whether a field holds what must not stand in a page in plain text, but is needed when it goes on."""
    return "secret" in name


def purpose(person: User) -> str:
    return f"what {person.pk} has posted"


def opened(value: str, person: User) -> str:
    if not value.startswith(SEALED):
        return value
    try:
        return unseal(value.removeprefix(SEALED), purpose(person))
    except Unreadable:
        raise BadRequest("a secret that was sealed for somebody else") from None


def closed(value: str, person: User) -> str:
    return f"{SEALED}{seal(value, purpose(person))}" if value else ""


def asking(request: HttpRequest, error: str = "") -> HttpResponse:
    """A page, the drawer's next content, or, for a button, a piece under the top line."""
    context = {
        "proofs": again.proofs_of(request.user),
        "posted": kept(request),
        "path": request.get_full_path(),
        "error": error,
    }
    is_piece = request.headers.get("HX-Request") and not in_drawer(request)
    response = render(request, "firm/_again.html" if is_piece else "firm/again.html", context, status=403)
    response["Kartu-Again"] = "1"
    return response


def kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What was posted, to be posted again. A password is never written into a page, other secrets only sealed."""
    posted = without_proofs(request)
    names = [name for name in posted if name not in ("csrfmiddlewaretoken", KEY_FIELD) and "password" not in name]
    pairs = [(name, value) for name in names for value in posted.getlist(name)]
    return [(name, closed(value, request.user) if is_secret(name) else value) for name, value in pairs]
