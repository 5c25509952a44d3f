"""The further sections of the card, each fetched when it is first opened."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from kartu.clients.access_log import looks_at
from kartu.clients.card import Card, client_for_card
from kartu.clients.history import lines_of, rows_about
from kartu.clients.models import BankAccount, Client, ClientEntity
from kartu.clients.numbers import numbers_of
from kartu.clients.relations import relations_of
from kartu.clients.rights import ACCESS_LOG, HISTORY, VIEW
from kartu.clients.seers import seers_of
from kartu.clients.segments.following import stays_of
from kartu.clients.views.common import client_or_404, piece
from kartu.core.access import access
from kartu.records.lists.asking import Asking
from kartu.records.rights import FILES_VIEW
from kartu.security.rights import READ_LOG

PAGE = 50


@require_GET
@access(VIEW)
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_for_card(pk, request.user)
    return piece(request, "clients/_contacts.html", {"card": Card(client, request.user)}, client, "contacts")


@require_GET
@access(VIEW)
def addresses(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_for_card(pk, request.user)
    return piece(request, "clients/_addresses.html", {"card": Card(client, request.user)}, client, "addresses")


@require_GET
@access(VIEW)
def requisites(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_for_card(pk, request.user)
    accounts = BankAccount.objects.visible_to(request.user).filter(client=client)
    entities = client.entities.prefetch_related(Prefetch("bank_accounts", accounts))
    context = {
        "card": Card(client, request.user),
        "entities": [in_full(entity) for entity in entities],
        "loose_accounts": accounts.filter(entity=None),
    }
    return piece(request, "clients/_requisites.html", context, client, "requisites")


def in_full(entity: ClientEntity) -> dict[str, Any]:
    """A legal person with its numbers, and all of it as text to be copied."""
    numbers = numbers_of(entity)
    lines = [entity.name, *(f"{label} {number}" for label, number in numbers), entity.address]
    return {"entity": entity, "numbers": numbers, "as_text": "\n".join(filter(None, lines))}


@require_GET
@access(VIEW)
def relations(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_for_card(pk, request.user)
    context = {"card": Card(client, request.user), "relations": relations_of(client, request.user)}
    return piece(request, "clients/_relations.html", context, client, "relations")


@require_GET
@access(VIEW)
def segments(request: HttpRequest, pk: int) -> HttpResponse:
    """The segments that the client was in last night."""
    client = client_or_404(request, pk)
    return piece(
        request, "clients/_segments.html", {"stays": stays_of(client, Asking(request.user))}, client, "segments"
    )


@require_GET
@access(HISTORY)
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every change of the client and its parts, old value and new."""
    client = client_or_404(request, pk, HISTORY)
    rows = rows_about(client, request.user)
    page = Paginator(rows.select_related("payload").order_by("-id"), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": lines_of(page.object_list, request.user)}
    return piece(request, "clients/_history.html", context, client, "history")


@require_GET
@access(ACCESS_LOG)
def access_log(request: HttpRequest, pk: int) -> HttpResponse:
    """Who looked at the client, printed it, or was refused; and who sees it now."""
    client = client_or_404(request, pk, ACCESS_LOG)
    in_log = f"{reverse('security:log_lines')}?on=clients.client-{client.pk}" if request.user.may(READ_LOG) else ""
    context = {"days": looks_at(client, request.user), "seers": seers_of(client), "in_log": in_log}
    return piece(request, "clients/_access_log.html", context, client, "access")


@require_GET
@access(FILES_VIEW)
def files(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_or_404(request, pk)
    url = reverse("records:files", args=[Client._meta.label_lower, client.pk])
    return piece(request, "clients/_files.html", {"url": url}, client, "files")
