"""Call-backs: promised, moved, done, dropped."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.clients import actions
from kartu.clients.forms.touches import CallBackForm, FinishForm
from kartu.clients.models import CallBack
from kartu.clients.rights import CHANGE
from kartu.clients.views.common import acted, client_or_404, edit_page, part_or_404, posted
from kartu.core.access import access
from kartu.records.undoing import undoable


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_or_404(request, pk, CHANGE)
    form = CallBackForm(posted(request), client=client, by=request.user)
    return edit_page(request, form, client, title=_("Call back"), done=_("Call-back set"), verb=_("Set"))


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def move(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    call_back = part_or_404(request, CallBack, pk, part)
    client = call_back.client
    form = CallBackForm(posted(request), client=client, by=request.user, call_back=call_back)
    return edit_page(request, form, client, title=_("Another time"), done=_("Call-back moved"), verb=_("Move"))


@require_http_methods(["GET", "POST"])
@access(CHANGE)
def finish(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    call_back = part_or_404(request, CallBack, pk, part)
    form = FinishForm(posted(request), call_back=call_back, by=request.user)
    title, done = _("Called back"), _("Done, and written down")
    return edit_page(request, form, call_back.client, title=title, done=done, note=call_back.what, verb=_("Done"))


@require_POST
@access(CHANGE)
def drop(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    call_back = part_or_404(request, CallBack, pk, part)
    with undoable(request, _("Call-back dropped")) as changes:
        actions.drop_call_back(call_back=call_back, by=request.user)
    return acted(request, call_back.client, _("Call-back dropped"), changes)
