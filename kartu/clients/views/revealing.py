"""Showing one masked phone or e-mail. It is a POST: a look that is written down, and nothing that a link could do."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from kartu.clients import actions
from kartu.clients.card_html import way_link
from kartu.clients.models import Channel, Client
from kartu.clients.rights import VIEW
from kartu.clients.views.common import client_or_404, part_or_404
from kartu.core.access import access
from kartu.core.veils import real_of

MAIN = ("phone", "email")


@require_POST
@access(VIEW)
def channel(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """One way to reach a client, to be pressed; `?call`: as the button that calls."""
    row = part_or_404(request, Channel, pk, part, VIEW)
    return revealed(request, row.client, row)


@require_POST
@access(VIEW)
def main(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The phone or e-mail that the list shows of the client."""
    if name not in MAIN:
        raise Http404
    client = client_or_404(request, pk)
    value = real_of(getattr(client, name))
    row = next((each for each in client.channels.all() if value and real_of(each.value) == value), None)
    if row is None:
        raise Http404
    return revealed(request, client, row)


def revealed(request: HttpRequest, client: Client, row: Channel) -> HttpResponse:
    way = actions.reveal(client=client, channel=row, by=request.user)
    response = (
        render(request, "clients/_call.html", {"call": way}) if "call" in request.GET else HttpResponse(way_link(way))
    )
    response["Cache-Control"] = "no-store"
    return response
