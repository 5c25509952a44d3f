"""Colleagues who take part in a client."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kartu.clients import actions
from kartu.clients.forms.collaborators import CollaboratorForm
from kartu.clients.models import Collaborator
from kartu.clients.rights import SHARE
from kartu.clients.views.common import acted, client_or_404, edit_page, part_or_404, posted
from kartu.core.access import access
from kartu.records.undoing import undoable


@require_http_methods(["GET", "POST"])
@access(SHARE)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_or_404(request, pk, SHARE)
    form = CollaboratorForm(posted(request), client=client, by=request.user)
    return edit_page(
        request, form, client, title=_("Who else takes part"), done=_("The colleague takes part"), verb=_("Add")
    )


@require_POST
@access(SHARE)
def remove(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    row = part_or_404(request, Collaborator, pk, part, SHARE)
    with undoable(request, _("Takes part no more")) as changes:
        actions.remove_collaborator(collaborator=row, by=request.user)
    return acted(request, row.client, _("Takes part no more"), changes)
