"""Whether a person may work now and from here: asked at every request, and of programs with an access token too."""

import time
from collections.abc import Callable

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.access import denied
from kartu.core.api import is_api
from kartu.firm.browsers import address_of
from kartu.firm.limited import limit_id
from kartu.firm.middleware import zone_of
from kartu.firm.models import EntryLimit, Firm, Role, User

# Somebody outside whose pages ask again and again leaves a line in the log this often.
LOGGED_EVERY = 300
_logged: dict[tuple[int, str], float] = {}


def limit_of(person: User) -> EntryLimit | None:
    if not hasattr(person, "entry_limit_id"):
        person.entry_limit_id = User.objects.filter(pk=person.pk).values_list(limit_id(), flat=True).first()
    return EntryLimit.objects.filter(pk=person.entry_limit_id).first() if person.entry_limit_id else None


def obstacle(person: User, address: str) -> str:
    """Why `person` may not work now from `address`, in words; "": he may. The last owner without a limit always may."""
    limit = limit_of(person)
    return "" if limit is None or is_spared(person) else limit.obstacle(timezone.now(), zone(), address)


def is_spared(person: User) -> bool:
    """An owner is held to a limit only while another owner has none: somebody must be able to take it back."""
    return person.is_owner and not other_owners(person)


def other_owners(person: User) -> bool:
    owners = User.objects.active().filter(role__code=Role.OWNER).exclude(pk=person.pk)
    return owners.alias(limit=limit_id()).filter(limit=None).exists()


def zone() -> str:
    firm = Firm.current()
    return str(zone_of(firm.time_zone if firm else "UTC"))


def within_limits(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: whoever is outside gets a page that says so, whatever he asks for; whoever signs in outside, by
    whichever way, is signed out again before he has seen anything."""

    def middleware(request: HttpRequest) -> HttpResponse:
        before = request.user
        if before.is_authenticated and (why := obstacle(before, address_of(request))):
            if request.path != reverse("firm:sign_out"):
                return shut(request, before, why)
        response = get_response(request)
        person = request.user
        if person.is_authenticated and person.pk != before.pk and (why := obstacle(person, address_of(request))):
            auth.logout(request)
            return shut(request, person, why)
        return response

    return middleware


def shut(request: HttpRequest, person: User, why: str) -> HttpResponse:
    note(request, person)
    if is_api(request) or getattr(request, "program", None):
        return JsonResponse({"error": why}, status=403)
    if request.headers.get("HX-Request"):
        response = HttpResponse(why, status=403, content_type="text/plain; charset=utf-8")
        response["HX-Refresh"] = "true"  # the whole page tells it
        return response
    context = {"why": why, "is_inside": request.user.is_authenticated}
    return render(request, "firm/outside.html", context, status=403)


def note(request: HttpRequest, person: User) -> None:
    key, now = (person.pk, address_of(request)), time.monotonic()
    if now - _logged.get(key, -LOGGED_EVERY) >= LOGGED_EVERY:
        _logged[key] = now
        target = _("outside the working hours or addresses: %(path)s") % {"path": request.path}
        denied.send(sender=None, by=person, right="entry", target=target)
