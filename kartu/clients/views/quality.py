"""How good the data of clients are."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from kartu.clients import quality
from kartu.clients.duplicates.judging import in_words
from kartu.clients.models import Client
from kartu.clients.rights import VIEW
from kartu.core.access import access

PAGE = 100


@require_GET
@access(VIEW)
def figures(request: HttpRequest) -> HttpResponse:
    context = {"figures": quality.figures(request.user), "most": quality.COUNTED}
    return render(request, "clients/quality.html", context)


@require_GET
@access(VIEW)
def doubts(request: HttpRequest, kind: str) -> HttpResponse:
    """The clients with numbers that cannot be right: phones, or tax numbers."""
    labels = {each: label for each, label, _hint, _icon in quality.DOUBTS}
    if kind not in labels:
        raise Http404
    page = Paginator(quality.doubts(kind, request.user).order_by("client_id", "pk"), PAGE).get_page(
        request.GET.get("page")
    )
    cards = Client.objects.visible_to(request.user).in_bulk([doubt.client_id for doubt in page])
    rows = [(cards[doubt.client_id], quality.shown(doubt, request.user)) for doubt in page if doubt.client_id in cards]
    return render(request, "clients/doubts.html", {"title": labels[kind], "kind": kind, "rows": rows, "page": page})


@require_GET
@access(VIEW)
def twice(request: HttpRequest) -> HttpResponse:
    """Pairs of cards for those who merge none: they see what is alike, and tell whoever does."""
    page = Paginator(quality.pairs(request.user).order_by("-score", "pk"), PAGE).get_page(request.GET.get("page"))
    cards = Client.objects.visible_to(request.user).in_bulk(
        [pk for pair in page for pk in (pair.client_id, pair.other_id)]
    )
    rows = [([cards[pair.client_id], cards[pair.other_id]], in_words(pair.why)) for pair in page]
    return render(request, "clients/twice.html", {"rows": rows, "page": page})
