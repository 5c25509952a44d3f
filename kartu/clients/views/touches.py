"""The quick line of the card, and touches put right."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kartu.clients import actions
from kartu.clients.card import client_for_card
from kartu.clients.forms.touches import CALL_BACK, QuickForm, TouchForm
from kartu.clients.models import Touch
from kartu.clients.rights import CHANGE
from kartu.clients.views.common import acted, edit_page, part_or_404, posted, save
from kartu.core.access import access
from kartu.core.drawers import changed
from kartu.core.toasts import toast
from kartu.records.undoing import undo_url, undoable

DONE = {
    Touch.Kind.NOTE: gettext_lazy("Note written down"),
    Touch.Kind.CALL: gettext_lazy("Call written down"),
    Touch.Kind.MEETING: gettext_lazy("Meeting written down"),
    Touch.Kind.MESSAGE: gettext_lazy("Message written down"),
    CALL_BACK: gettext_lazy("Call-back set"),
}


@require_POST
@access(CHANGE)
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """The quick line: writes down what happened and comes back empty, or with what is wrong."""
    client = client_for_card(pk, request.user)
    form = QuickForm(request.POST, client=client, by=request.user)
    result = save(request, form, str(DONE.get(form.data.get("kind"), ""))) if form.is_valid() else None
    if result is None:
        return render(request, "clients/_quick.html", {"client": client, "quick": form}, status=422)
    empty = QuickForm(client=client, by=request.user)
    response = render(request, "clients/_quick.html", {"client": client, "quick": empty})
    changed(response, "clients.client", client.pk)
    return toast(response, str(DONE[form.cleaned_data["kind"]]), undo_url(result[1]))


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def edit(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    touch = part_or_404(request, Touch, pk, part)
    form = TouchForm(posted(request), row=touch, client=touch.client, by=request.user)
    return edit_page(request, form, touch.client, title=touch.get_kind_display(), done=_("Saved"))


@require_POST
@access(CHANGE)
def remove(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    touch = part_or_404(request, Touch, pk, part)
    with undoable(request, _("Moved to the trash")) as changes:
        actions.remove_touch(touch=touch, by=request.user)
    return acted(request, touch.client, _("Moved to the trash"), changes)
