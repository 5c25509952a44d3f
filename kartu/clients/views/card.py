"""The card of a client: its head, its sections, the look from a list."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from kartu.clients import own_sections
from kartu.clients.card import Card, client_for_card, seen_client
from kartu.clients.card_order import Arrangement, Part, arrangements_of
from kartu.clients.duplicates.successor import successor
from kartu.clients.forms.touches import QuickForm
from kartu.clients.lists import CLIENTS
from kartu.clients.models import Client
from kartu.clients.registries import CardTab, card_acts, card_facts, card_next, card_rail, card_tabs
from kartu.clients.rights import TRASH, VIEW
from kartu.clients.timeline import reading
from kartu.clients.timeline.entries import Cursor
from kartu.clients.told_text import told
from kartu.clients.views.common import card_url
from kartu.clients.ways import country_of_reader
from kartu.core.access import access
from kartu.core.actors import Actor
from kartu.core.addresses import address
from kartu.core.tabs import remembered
from kartu.records.lists.near import near
from kartu.records.lists.question import OF
from kartu.records.rights import FILES_ATTACH, SHAPE
from kartu.security.views import get_or_404
from kartu.security.views_log import saw

FACTS = 6
TIMELINE = "timeline"


@require_GET
@access(VIEW)
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole card; its first section comes with it when that is the history, else it is fetched."""
    client = seen_client(pk, request.user)
    if client is None and (winner := successor(pk, request.user)):
        return HttpResponseRedirect(card_url(winner, request.GET.get("tab", "")))
    if client is None:
        client = get_or_404(Client, pk, request.user, TRASH, trashed=True)
        return render(request, "clients/trashed.html", {"client": client})
    saw("card", by=request.user, row=client)
    context = {**head_of(request, client), "near": near(CLIENTS, request.GET.get(OF, ""), client, request.user)}
    if context["tab"] == TIMELINE:
        context |= timeline_of(request, context["card"])
    return render(request, "clients/card.html", context)


@require_GET
@access(VIEW)
def pieces(request: HttpRequest, pk: int) -> HttpResponse:
    """Head, tabs and right side anew, after something has changed."""
    client = client_for_card(pk, request.user)
    context = {"only": request.GET.get("only", ""), **head_of(request, client, is_again=True)}
    return render(request, "clients/_pieces.html", context)


def head_of(request: HttpRequest, client: Client, *, is_again: bool = False) -> dict[str, Any]:
    """`is_again`: of a card that stands open; the section that somebody reads stays, whatever its condition says."""
    arranged = arrangements_of(client)
    open_one = open_tab(request) if is_again else ""
    tabs = tabs_of(client, request.user, arranged[Part.TABS], open_one)
    card = Card(client, request.user)
    return {
        "client": client,
        "card": card,
        "facts": facts_of(client, request.user, arranged[Part.FACTS]),
        "tabs": tabs,
        "may_shape": request.user.may(SHAPE),
        "has_put_away": any(tab["is_put_away"] for tab in tabs),
        "acts": acts_of(card),
        "tab": tab_shown(request, [tab["key"] for tab in tabs], open_one),
        "rail": rail_of(client, request.user),
    }


def tab_shown(request: HttpRequest, keys: list[str], open_one: str) -> str:
    return open_one if open_one in keys else remembered(request, "client", keys)


def open_tab(request: HttpRequest) -> str:
    """The section that stands open in the browser which asks for pieces of a card: its address names it."""
    address = QueryDict(urlsplit(request.headers.get("HX-Current-URL", "")).query)
    return address.get("tab", "") or request.COOKIES.get("kartu_tab_client", "")


def tabs_of(client: Client, by: Actor, arranged: Arrangement, open_one: str = "") -> list[dict[str, Any]]:
    """The sections in the order of the person's role. Those with nothing in them, and those hidden, are put away."""
    known = sorted([*card_tabs, *own_sections.tabs_for(client, by, open_one)], key=lambda tab: tab.order)
    shown, hidden = arranged.of(tab for tab in known if not tab.right or by.may(tab.right))
    return [tab_of(tab, client, by, is_hidden=tab in hidden) for tab in [*shown, *hidden]]


def tab_of(tab: CardTab, client: Client, by: Actor, *, is_hidden: bool) -> dict[str, Any]:
    count = tab.count(client, by) if tab.count else None
    url = address(tab.view_name, client.pk, *tab.args)
    return {"key": tab.key, "label": tab.label, "url": url, "count": count, "is_put_away": is_hidden or count == 0}


def facts_of(client: Client, by: Actor, arranged: Arrangement) -> list[Any]:
    shown, _hidden = arranged.of(each for each in card_facts if not each.right or by.may(each.right))
    facts = [each.fact(client, by) for each in shown]
    return [fact for fact in facts if fact][:FACTS]


def rail_of(client: Client, by: Actor) -> list[dict[str, Any]]:
    sections = [section for section in card_rail if not section.right or by.may(section.right)]
    told = [(section, section.context(client, by)) for section in sections]
    return [{"template": section.template, "context": context} for section, context in told if context is not None]


def acts_of(card: Card) -> tuple[str, ...]:
    """The keys of what others add to the menu, as far as whoever looks may do it."""
    if not card.may_change:
        return ()
    return tuple(each.key for each in card_acts if not each.right or card.by.may(each.right))


def next_of(card: Card) -> list[dict[str, Any]]:
    """What stands before the history."""
    shown = (each for each in card_next if not each.right or card.by.may(each.right))
    return [{"template": each.template, "context": each.context(card)} for each in shown]


def timeline_of(request: HttpRequest, card: Card) -> dict[str, Any]:
    kind = request.GET.get("kind", "")
    return {
        "quick": QuickForm(client=card.client, by=request.user),
        "next": next_of(card),
        "page": reading.read(card.client, request.user, kind=kind),
        "kind": kind,
        "kinds": reading.kinds(request.user),
        "entry_count": reading.count(card.client, request.user),
        "may_attach": request.user.may(FILES_ATTACH),
    }


@require_GET
@access(VIEW)
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """The first section: the quick line, what comes next, the history."""
    client = client_for_card(pk, request.user)
    return section(request, client, "clients/_timeline.html", TIMELINE)


@require_GET
@access(VIEW)
def now(request: HttpRequest, pk: int) -> HttpResponse:
    """What comes next and the history, without the quick line, in which somebody may be typing."""
    client = client_for_card(pk, request.user)
    return section(request, client, "clients/_now.html", TIMELINE)


def section(request: HttpRequest, client: Client, template: str, tab: str) -> HttpResponse:
    card = Card(client, request.user)
    context = {"client": client, "card": card, **timeline_of(request, card)}
    return render(request, template, context)


@require_GET
@access(VIEW)
def older(request: HttpRequest, pk: int) -> HttpResponse:
    """The next page of the history, behind the place `before`."""
    client = client_for_card(pk, request.user)
    kind = request.GET.get("kind", "")
    page = reading.read(client, request.user, kind=kind, before=Cursor.read(request.GET.get("before", "")))
    return render(request, "clients/_entries.html", {"client": client, "page": page, "kind": kind})


@require_GET
@access(VIEW)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """A look from a list or a link: who it is, how to reach them, what was last and comes next."""
    client = seen_client(pk, request.user)
    if client is None and (winner := successor(pk, request.user)):
        return redirect("clients:preview", winner)
    client = client or client_for_card(pk, request.user)
    saw("card", by=request.user, row=client, detail={"look": True})
    context = {
        "client": client,
        "card": Card(client, request.user),
        "facts": facts_of(client, request.user, Arrangement())[:2],
        "pinned": told(client.pinned, country_of_reader(request.user)),
    }
    return render(request, "clients/_preview.html", context)
