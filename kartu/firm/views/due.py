"""Whoever needs a second step and has none is led to set it up, from wherever he is; what he has just typed is kept."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kartu.core.access import declaration_of
from kartu.core.drawers import in_drawer
from kartu.core.toasts import toast
from kartu.firm import again, required
from kartu.firm.views.again import LOOKS, kept, without_proofs

# Posted by the page that keeps what was typed, beside it.
KEPT = f"{again.FIELD}kept"


class SecondStepDue:
    """Middleware, behind the one that knows the person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        declared = declaration_of(view, request.method)
        if getattr(view, "kartu_before_second", False) or (declared and declared.is_public):
            return None
        if required.is_due(request):
            return lead(request)
        if request.method == "POST" and KEPT in request.POST:
            request.POST = without_proofs(request)
        return None


def lead(request: HttpRequest) -> HttpResponse:
    """To the set-up page. A form, and a piece of a page on which something may be half typed, stay where they are: the
    answer, 403, opens the set-up beside them, holds what was posted, and posts it again."""
    by_script = bool(request.headers.get("HX-Request"))
    if request.method in LOOKS and not by_script:
        return HttpResponseRedirect(reverse("firm:second"))
    is_piece = by_script and not in_drawer(request)
    context = {
        "is_form": request.method not in LOOKS,
        "posted": [(KEPT, "1"), *kept(request)] if request.method == "POST" else [],
        "path": request.get_full_path(),
        "had_files": bool(request.FILES),
    }
    response = render(request, "firm/_second_due.html" if is_piece else "firm/second_due.html", context, status=403)
    response["Kartu-Again"] = "1"
    if is_piece and not request.headers.get("HX-Source"):  # a script of ours, which shows no answer
        toast(response, _("Set up a second step to go on: Your profile, Signing in"))
    return response
