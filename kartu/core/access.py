"""Rights are declared, and everything is closed until opened by name.

A view, an API route or a job says who may use it with one decorator: `@access("clients.change")`,
`@signed_in("why any colleague may")` or `@public("why anybody may")`. `AccessMiddleware` answers 403
to a view that says nothing, and `kartu check` names it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.dispatch import Signal
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from kartu.core.actors import Actor
from kartu.core.api import is_api
from kartu.core.api.errors import no_token
from kartu.core.rights import rights

# Sent with by, right and target (what was out of reach, in words, or ""), for the log of refusals.
denied = Signal()


@dataclass(frozen=True)
class Declaration:
    """Who may call a view: holders of `right`, anybody signed in, or the public."""

    right: str = ""
    why: str = ""
    is_public: bool = False


OTHER_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
REFUSES_ITSELF = Declaration(why="answers that there is no such method", is_public=True)


def access(right: str) -> Callable:
    """Open a view to the holders of `right`. Which rows they reach is the row guard's business."""
    return _declare(Declaration(right=right))


def signed_in(why: str) -> Callable:
    """Open a view to every signed-in person, for the reason `why`."""
    return _declare(Declaration(why=why))


def public(why: str) -> Callable:
    """Open a view to the world, for the reason `why`."""
    return _declare(Declaration(why=why, is_public=True))


def for_programs(view: Callable) -> Callable:
    """Let programs with an access token into a view too. Who may is asked of the token's person, with no more rights
    than the token has."""
    view.kartu_for_programs = True
    return view


def is_for_programs(view: Callable) -> bool:
    return getattr(view, "kartu_for_programs", False)


def _declare(declaration: Declaration) -> Callable:
    if declaration.right and declaration.right not in rights:
        raise LookupError(f"No right {declaration.right} is declared")

    def mark(view: Callable) -> Callable:
        view.kartu_access = declaration
        return view

    return mark


def declaration_of(view: Callable, method: str = "") -> Declaration | None:
    """Who may call `view`; by `method` where a view declares it for each (the programs' interface)."""
    declared = getattr(view, "kartu_access", None)
    return declared.get(method) if isinstance(declared, dict) and method else declared


def declare_by_method(view: Callable, declared: dict[str, Declaration]) -> Callable:
    """Open `view` to programs, each method as it is declared; the view itself refuses the other methods."""
    view.kartu_access = {**dict.fromkeys(OTHER_METHODS, REFUSES_ITSELF), **declared}
    return for_programs(view)


class AccessMiddleware:
    """Lets a request through to its view only as the view's declaration says."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        declaration = declaration_of(view, request.method)
        if declaration is None:
            raise PermissionDenied(f"{view.__module__}.{view.__name__} declares no access")
        if declaration.is_public:
            return None
        if not request.user.is_authenticated:
            return no_token() if is_api(request) else sign_in_first(request)
        if declaration.right and not request.user.may(declaration.right):
            denied.send(sender=None, by=request.user, right=declaration.right, target=request.path)
            raise PermissionDenied(declaration.right)
        return None


def reached(rows: QuerySet, pk: int, by: Actor) -> Any:
    """The row `pk` among `rows`, those that `by` reaches. Otherwise Http404, and a line in the log: a row that is not
    there looks the same as a stranger's."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise out_of_reach(by, f"{rows.model._meta.label_lower} {pk}")
    return row


def out_of_reach(by: Actor, target: str, right: str = "") -> Http404:
    """What to raise for `target` ("clients.client 17"), which `by` does not reach. The log hears of it."""
    denied.send(sender=None, by=by, right=right, target=target)
    return Http404(f"no {target} for {by}")


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """To the sign-in page; a piece of a page cannot be redirected, so htmx is told to move the whole window."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=401)
        response["HX-Redirect"] = resolve_url(settings.LOGIN_URL)
        return response
    return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
