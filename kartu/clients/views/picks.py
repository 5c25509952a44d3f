"""What the pickers ask: clients, people, contacts and values of lists by a part of their name."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from kartu.clients.actions.channels import country_of
from kartu.clients.actions.collaborators import those_who_may_take_part
from kartu.clients.directories import DIRECTORIES, Directory
from kartu.clients.mentions import those_who_see
from kartu.clients.models import Client
from kartu.clients.rights import CHANGE, CREATE, HAND_OVER, SHARE, VIEW, receivers
from kartu.clients.twins import Typed, twins_told
from kartu.clients.views.common import card_url, client_or_404
from kartu.core.access import access
from kartu.core.drawers import saved
from kartu.core.text import fold
from kartu.firm.models import User
from kartu.search.find import find
from kartu.security.views_log import saw

LIMIT = 20


def items(rows: Iterable[tuple[Any, str, str]]) -> JsonResponse:
    """(id, label, hint) as the picker reads them."""
    return JsonResponse({"items": [{"id": pk, "label": label, "hint": hint} for pk, label, hint in rows]})


def asked(request: HttpRequest) -> str:
    return request.GET.get("q", "")[:200]


@require_GET
@access(VIEW)
def clients(request: HttpRequest) -> HttpResponse:
    query = asked(request)
    if not query.strip():
        rows = Client.objects.visible_to(request.user).order_by("name_key", "id")[:LIMIT]
        return items((row.pk, row.name, row.city) for row in rows)
    groups = find(query, by=request.user, kinds=["client"], limit=LIMIT)
    found = [each for group in groups for each in group.found]
    saw("search", by=request.user, object_type="clients.client", detail={"query": query, "shown": len(found)})
    return items((each.object_id, each.hit.title, each.hit.fact or each.hit.second) for each in found)


@require_GET
@access(VIEW)
def people(request: HttpRequest) -> HttpResponse:
    """Colleagues: those to whom `?right=` lets one give a client, or whom it lets one name on it; or all."""
    right = request.GET.get("right", "")
    if right == SHARE:
        rows = User.objects.filter(pk__in=[person.pk for person in those_who_may_take_part()])
    else:
        rows = receivers(request.user, right) if right in (CREATE, HAND_OVER) else User.objects.active()
    named = [(row.pk, row.name, row.team.name if row.team else "") for row in rows.select_related("team")]
    return items(fitting(named, request))


def fitting(rows: Iterable[tuple[int, str, str]], request: HttpRequest) -> list[tuple[int, str, str]]:
    """Those whose name has the typed words, names that begin so first. For lists that a person could read through."""
    wanted = fold(asked(request))
    found = [row for row in rows if all(word in fold(row[1]) for word in wanted.split())]
    return sorted(found, key=lambda row: not fold(row[1]).startswith(wanted))[:LIMIT]


@require_GET
@access(VIEW)
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_or_404(request, pk)
    return items(fitting([(row.pk, row.name, row.position) for row in client.contacts.all()], request))


@require_GET
@access(VIEW)
def values(request: HttpRequest, key: str) -> HttpResponse:
    """Values in use of one of the firm's lists."""
    return items(fitting([(row.pk, row.name, "") for row in directory_or_404(key).active()], request))


def directory_or_404(key: str) -> Directory:
    if key not in DIRECTORIES:
        raise Http404
    return DIRECTORIES[key]


@require_GET
@access(VIEW)
def mentions(request: HttpRequest, pk: int) -> HttpResponse:
    """Colleagues who may be named with @ in a text about this client."""
    client = client_or_404(request, pk)
    return items(fitting([(person.pk, person.name, str(person.role)) for person in those_who_see(client)], request))


@require_POST
@access(CREATE)
def twins(request: HttpRequest) -> HttpResponse:
    """Who may be the client that is being typed: a note for the form."""
    country = request.POST.get("country") or country_of(Client())
    is_company = request.POST.get("kind") != Client.Kind.PERSON
    return twins_note(request, country=country, is_company=is_company, takes=True)


@require_POST
@access(CHANGE)
def contact_twins(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the person that is being typed may stand already, as a client or at one."""
    client = client_or_404(request, pk, CHANGE)
    return twins_note(request, country=country_of(client), is_company=False, takes=False)


def twins_note(request: HttpRequest, *, country: str, is_company: bool, takes: bool) -> HttpResponse:
    typed = {name: request.POST.get(name, "")[:300] for name in ("name", "phone", "email", "tax_number")}
    found = twins_told(Typed(**typed, country=country, is_company=is_company), by=request.user)
    return render(request, "clients/_twins.html", {"twins": found, "takes": takes})


@require_POST
@access(VIEW)
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Use a client that is there already instead of adding it: it goes to the picker that asked, or shows its card."""
    client = client_or_404(request, pk)
    return saved(request, kind="clients.client", pk=client.pk, label=client.name, url=card_url(client.pk))
