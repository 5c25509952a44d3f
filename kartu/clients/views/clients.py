"""A client made and changed: the new one, all of an old one, one field in place, and the acts of the card's menu."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.clients import actions
from kartu.clients.card_fields import shown_field
from kartu.clients.forms.client import ClientForm, HandOverForm, NewClientForm, OneFieldForm, TagsForm
from kartu.clients.models import Client, Favourite
from kartu.clients.rights import CHANGE, CREATE, HAND_OVER, TRASH, VIEW
from kartu.clients.told_text import told
from kartu.clients.views.common import (
    acted,
    card_url,
    client_or_404,
    edit_page,
    form_page,
    in_place,
    is_sent,
    posted,
    save,
    told_shown,
)
from kartu.clients.ways import country_of_reader
from kartu.core.access import access
from kartu.core.drawers import in_drawer, saved
from kartu.core.toasts import flash
from kartu.records.models import ChangeSet
from kartu.records.undoing import undo_url, undoable
from kartu.records.uses import uses_of
from kartu.security.views import get_or_404


@require_http_methods(["GET", "POST"])
@access(CREATE)
def new(request: HttpRequest) -> HttpResponse:
    """A new client; in a picker's drawer it goes back to the picker, else to its card."""
    form = NewClientForm(posted(request), by=request.user, initial=given(request))
    if is_sent(request, form) and (result := save(request, form, _("Client added"))):
        client, changes = result
        return saved(
            request,
            kind="clients.client",
            pk=client.pk,
            label=client.name,
            url=card_url(client.pk),
            text=_("%(name)s is on a card") % {"name": client.name},
            undo_url=undo_url(changes),
        )
    context = {"title": _("New client"), "verb": _("Create"), "draft": "clients.new"}
    context |= {"twins_url": reverse("clients:twins"), "shown_url": reverse("clients:new_shown")}
    return form_page(request, form, template="clients/new.html", **context)


@require_POST
@access(CREATE)
def new_shown(request: HttpRequest) -> HttpResponse:
    """Which fields of the form of a new client are shown, as it is filled in just now."""
    return told_shown(NewClientForm(request.POST, by=request.user))


def given(request: HttpRequest) -> dict[str, str]:
    """What the page that sends here knows already: the text typed into a picker or the search."""
    return {name: request.GET[name][:300] for name in ("name", "phone", "email", "kind") if name in request.GET}


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_or_404(request, pk, CHANGE)
    form = ClientForm(posted(request), row=client, by=request.user)
    return edit_page(request, form, client, title=_("Edit all"), done=_("Saved"), draft=f"clients.{pk}")


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def field(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One field in place: GET gives the control of a choice, POST saves what was typed."""
    client = client_or_404(request, pk, CHANGE)
    form = OneFieldForm(one_field(request, client, name), row=client, by=request.user, name=name)
    if request.method == "GET":
        return render(request, "clients/_control.html", {"bound": form[name]})
    result = save(request, form, str(form.fields[name].label)) if form.is_valid() else None
    if form.conflicts:
        return render(request, "clients/_field_conflict.html", conflict_of(form, name), status=409)
    if result is None:
        words = " ".join(message for messages in form.errors.values() for message in messages)
        return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")
    fresh, changes = result
    html = told(fresh.pinned, country_of_reader(request.user)) if name == "pinned" else ""
    response = render(request, "clients/_field.html", {"value": shown_field(fresh, name), "html": html})
    return in_place(response, _("Saved"), changes, client, fresh)


def one_field(request: HttpRequest, client: Client, name: str) -> QueryDict | None:
    """What was sent of one field, as a whole form would send it; None of a GET. Raises Http404 for no field."""
    form = OneFieldForm(row=client, by=request.user, name=name)
    if name not in form.fields:
        raise Http404
    if request.method == "GET":
        return None
    seen = form.saw
    if request.POST.get("keep") != "mine" and "base" in request.POST:
        seen = {form.column_of(name): form.read(name, request.POST["base"])}
    data = QueryDict(mutable=True)
    data.update({name: request.POST.get(name, ""), "base": json.dumps(seen)})
    return data


def conflict_of(form: OneFieldForm, name: str) -> dict[str, Any]:
    client = Client.objects.visible_to(form.by).get(pk=form.row.pk)
    return {"value": shown_field(client, name), "mine": form.mine(name), **form.conflicts[name]}


@require_http_methods(["GET", "POST"])
@access(HAND_OVER)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_or_404(request, pk, HAND_OVER)
    form = HandOverForm(posted(request), client=client, by=request.user)
    if is_sent(request, form) and (result := save(request, form, _("Handed over"))):
        to = form.cleaned_data["to"]
        return left(request, client, _("%(name)s looks after it now") % {"name": to.name}, result[1])
    context = {"title": _("Hand over"), "verb": _("Hand over"), "client": client}
    note = _("What the one who looks after it now has still to do for it goes along.")
    return form_page(request, form, note=note, **context)


def left(request: HttpRequest, client: Client, text: str, changes: ChangeSet) -> HttpResponse:
    """After an act by which the person may have lost sight of the client: to its card, or to the list."""
    still_seen = Client.objects.visible_to(request.user).filter(pk=client.pk).exists()
    if still_seen and in_drawer(request):
        return saved(
            request, kind="clients.client", pk=client.pk, label=client.name, url=card_url(client.pk), text=text,
            undo_url=undo_url(changes),
        )  # fmt: skip
    flash(request, text, undo_url(changes))
    return go(request, card_url(client.pk) if still_seen else reverse("clients:list"))


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Move the whole window to `url`, whoever asks."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


@require_http_methods(["GET", "POST"])
@access(TRASH)
def trash(request: HttpRequest, pk: int) -> HttpResponse:
    """What goes along and what points here; then into the trash."""
    client = client_or_404(request, pk, TRASH)
    if request.method == "GET":
        return render(request, "clients/trash.html", {"client": client, "uses": uses_of(client, by=request.user)})
    with undoable(request, _("Put in the trash")) as changes:
        actions.trash_client(client=client, by=request.user)
    return left(request, client, _("%(name)s is in the trash") % {"name": client.name}, changes)


@require_POST
@access(TRASH)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    unmerged = Client.objects.filter(merged_into=None)
    client = get_or_404(Client, pk, request.user, TRASH, rows=unmerged, trashed=True)
    with undoable(request, _("Taken out of the trash")) as changes:
        actions.restore_client(client=client, by=request.user)
    flash(request, _("%(name)s is back") % {"name": client.name}, undo_url(changes))
    return go(request, card_url(client.pk))


@require_POST
@access(VIEW)
def favourite(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep at hand, or let go."""
    client = client_or_404(request, pk)
    if Favourite.objects.visible_to(request.user).filter(client=client).exists():
        actions.let_go(client=client, by=request.user)
        return acted(request, client, _("No longer among your favourites"))
    actions.keep_at_hand(client=client, by=request.user)
    return acted(request, client, _("Among your favourites"))


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def tags(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_or_404(request, pk, CHANGE)
    form = TagsForm(posted(request), client=client, by=request.user)
    return edit_page(request, form, client, title=_("Tags"), done=_("Saved"))
