"""Clients that are perhaps the same: the list of pairs, two cards side by side, merging and telling apart."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.clients import actions
from kartu.clients.actions.merging import choices_for
from kartu.clients.duplicates.comparing import Comparison, behind, pairs_of, with_cards
from kartu.clients.duplicates.judging import in_words
from kartu.clients.forms.merging import PartnerForm
from kartu.clients.jobs import search_duplicates_now
from kartu.clients.models import Client, DuplicatePair
from kartu.clients.rights import MERGE
from kartu.clients.views.clients import go
from kartu.clients.views.common import card_url, client_or_404, form_page, is_sent, posted
from kartu.core.access import access
from kartu.core.drawers import changed
from kartu.core.toasts import flash, toast
from kartu.core.views.jobs import named
from kartu.records.undoing import undo_url, undoable

PAGE = 50
AT_ONCE = 100
COUNTED = 10_000


@require_GET
@access(MERGE)
def duplicates(request: HttpRequest) -> HttpResponse:
    """The likeliest pairs first; `?after=` score and id of the last one seen."""
    rows = DuplicatePair.objects.reached_by(request.user)
    found = len(rows.values_list("pk")[: COUNTED + 1])
    page = list(behind(rows, request.GET.get("after", "")).order_by("-score", "id")[: PAGE + 1])
    older = page[PAGE - 1].place if len(page) > PAGE else ""
    return render(
        request, "clients/duplicates.html", {"pairs": shown(page[:PAGE], request), "found": found, "older": older}
    )


def shown(page: list[DuplicatePair], request: HttpRequest) -> list[dict]:
    return [
        {"pair": pair, "cards": [one, other], "why": in_words(pair.why)}
        for pair, one, other in with_cards(page, request.user)
    ]


def chosen(request: HttpRequest) -> list[tuple[Client, Client]]:
    """The pairs that were selected; Http404 where there is none that the person may merge."""
    pairs = pairs_of(request.POST.get("ids", "").split(",")[:AT_ONCE], request.user)
    if not pairs:
        raise Http404
    return pairs


@require_POST
@access(MERGE)
def tell_apart(request: HttpRequest) -> HttpResponse:
    """They are two: the pairs of `ids` ("17-23,5-9") are not offered again."""
    pairs = chosen(request)
    with undoable(request, _("Told apart")) as changes:
        actions.tell_apart(pairs=pairs, by=request.user)
    text = ngettext("%(count)s pair told apart", "%(count)s pairs told apart", len(pairs)) % {"count": len(pairs)}
    return toast(changed(HttpResponse(status=204), "clients.duplicates"), text, undo_url(changes))


@require_POST
@access(MERGE)
def merge_many(request: HttpRequest) -> HttpResponse:
    """Each of the pairs of `ids` becomes one card, the older one; taken back together."""
    pairs = chosen(request)
    try:
        with undoable(request, _("Merged")) as changes:
            stay = actions.merge_pairs(pairs=pairs, by=request.user)
    except ValidationError as refused:
        return toast(HttpResponse(status=204), " ".join(refused.messages))
    text = ngettext("Merged into %(count)s card", "Merged into %(count)s cards", len(stay)) % {"count": len(stay)}
    return toast(changed(HttpResponse(status=204), "clients.client"), text, undo_url(changes))


@require_POST
@access(MERGE)
def search(request: HttpRequest) -> HttpResponse:
    """Look now, not at night: a line that tells how far it is."""
    job = search_duplicates_now.later(by=request.user, dedupe=f"clients.duplicates.{request.user.pk}")
    return render(request, "core/_pieces/job_progress.html", {"job": named(job)})


@require_http_methods(["GET", "POST"])
@access(MERGE)
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Which card is the same as this one; then the two are shown side by side."""
    client = client_or_404(request, pk, MERGE)
    form = PartnerForm(posted(request), client=client, by=request.user)
    if is_sent(request, form):
        return go(request, reverse("clients:merge", args=[pk, form.cleaned_data["other"].pk]))
    note = _("You see both side by side before anything happens, and it can be taken back.")
    return form_page(request, form, client=client, title=_("Merge with another card"), verb=_("Compare"), note=note)


@require_http_methods(["GET", "POST"])
@access(MERGE)
def merge(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Two cards side by side; POST merges the second into the first."""
    client, twin = client_or_404(request, pk, MERGE), client_or_404(request, other, MERGE)
    if pk == other:
        raise Http404
    if request.method == "GET":
        return render(request, "clients/merge.html", {"pair": Comparison(client, twin, request.user)})
    take = [name for name in choices_for(request.user) if request.POST.get(name) == "theirs"]
    try:
        with undoable(request, _("%(name)s merged") % {"name": twin.name}) as changes:
            actions.merge_clients(client=client, other=twin, take=take, seen=seen(request), by=request.user)
    except ValidationError as refused:
        pair = Comparison(client, twin, request.user, take)
        return render(request, "clients/merge.html", {"pair": pair, "wrong": refused.messages}, status=409)
    flash(request, _("%(name)s is on one card now") % {"name": client.name}, undo_url(changes))
    return go(request, card_url(pk))


@require_POST
@access(MERGE)
def told_apart(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """From the comparison: the two are two. On to the next pair."""
    client, twin = client_or_404(request, pk, MERGE), client_or_404(request, other, MERGE)
    if pk == other:
        raise Http404
    with undoable(request, _("Told apart")) as changes:
        actions.tell_apart(pairs=[(client, twin)], by=request.user)
    flash(request, _("They are not offered again"), undo_url(changes))
    return go(request, reverse("clients:duplicates"))


def seen(request: HttpRequest) -> tuple[int, int]:
    """The versions of both cards that were compared; of none, nothing fits."""
    parts = request.POST.get("versions", "").split("-")
    return (int(parts[0]), int(parts[1])) if len(parts) == 2 and all(map(str.isdigit, parts)) else (0, 0)
