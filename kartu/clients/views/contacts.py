"""The people of a client and the ways to reach them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kartu.clients import actions
from kartu.clients.forms.parts import ChannelForm, ContactForm, NewChannelForm, NewContactForm, WordForm
from kartu.clients.models import Channel, Contact
from kartu.clients.opting import said
from kartu.clients.rights import CHANGE
from kartu.clients.views.common import card_url, client_or_404, edit_page, form_page, is_sent, part_or_404, posted
from kartu.core.access import access
from kartu.core.drawers import saved
from kartu.records.undoing import undo_url, undoable
from kartu.records.uses import uses_of

TAB = "contacts"


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_or_404(request, pk, CHANGE)
    initial = {"name": request.GET.get("name", "")[:300]}
    form = NewContactForm(posted(request), client=client, by=request.user, initial=initial)
    done, draft = _("Contact added"), f"clients.{pk}.contact"
    looks = {"template": "clients/new.html", "twins_url": reverse("clients:contact_twins", args=[pk])}
    title = _("New contact")
    return edit_page(request, form, client, title=title, done=done, tab=TAB, verb=_("Add"), draft=draft, **looks)


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def edit(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    contact = part_or_404(request, Contact, pk, part)
    form = ContactForm(posted(request), row=contact, by=request.user)
    return edit_page(request, form, contact.client, title=contact.name, done=_("Saved"), tab=TAB)


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def trash(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """What hangs on a person and what points at it; then into the trash."""
    contact = part_or_404(request, Contact, pk, part)
    if request.method == "GET":
        context = {"client": contact.client, "contact": contact, "uses": uses_of(contact, by=request.user)}
        return render(request, "clients/trash_contact.html", context)
    text = _("%(what)s moved to the trash") % {"what": contact.name}
    with undoable(request, text) as changes:
        actions.remove(part=contact, by=request.user)
    kind, url = contact._meta.label_lower, card_url(pk, TAB)
    return saved(request, kind=kind, pk=contact.pk, label=contact.name, url=url, text=text, undo_url=undo_url(changes))


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def new_channel(request: HttpRequest, pk: int) -> HttpResponse:
    """A phone, e-mail or messenger of the client, or of the contact that `?contact=` names."""
    client = client_or_404(request, pk, CHANGE)
    initial = {"contact": request.GET.get("contact", ""), "kind": request.GET.get("kind", Channel.Kind.PHONE)}
    form = NewChannelForm(posted(request), client=client, by=request.user, initial=initial)
    title = _("New phone, e-mail or messenger")
    return edit_page(request, form, client, title=title, done=_("Added"), tab=TAB, verb=_("Add"))


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def edit_channel(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    channel = part_or_404(request, Channel, pk, part)
    form = ChannelForm(posted(request), row=channel, by=request.user)
    title = channel.get_kind_display()
    return edit_page(request, form, channel.client, title=title, done=_("Saved"), tab=TAB)


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def word(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """The client said that it wants no reminders there, or wants them again. It is taken back by the same page."""
    channel = part_or_404(request, Channel, pk, part)
    form = WordForm(posted(request), channel=channel, by=request.user)
    title = _("Reminders again") if form.refused else _("No reminders here")
    note = (
        _("Reminders go to %(address)s again, from every card.")
        if form.refused
        else _("No reminder goes to %(address)s any more, from any card.")
    )
    if is_sent(request, form) and form.save():
        kind, url = channel._meta.label_lower, card_url(pk, TAB)
        return saved(request, kind=kind, pk=channel.pk, label=str(channel), url=url, text=_("Written down"))
    note = " ".join(filter(None, [said(form.refused), note % {"address": channel.value}]))
    return form_page(request, form, title=title, client=channel.client, note=note, verb=_("Write it down"))
