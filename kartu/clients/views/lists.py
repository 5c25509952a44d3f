"""`/clients/`: the list of clients, and those of the rows that hang on them."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from kartu.clients.lists import CLIENTS
from kartu.clients.models import ClientRow
from kartu.clients.rights import VIEW
from kartu.clients.row_lists import beside, list_for
from kartu.core.access import access
from kartu.records.lists.page import list_page
from kartu.security.views import get_or_404


@require_GET
@access(VIEW)
def client_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, CLIENTS, beside=beside(request.user, CLIENTS))


@require_GET
@access(VIEW)
def row_list(request: HttpRequest, section: int) -> HttpResponse:
    """All rows of a table section that the person reaches, whosever they are."""
    spec = list_for(section, request.user)
    if spec is None:
        raise Http404(f"no rows of section {section} for {request.user}")
    return list_page(request, spec, beside=beside(request.user, spec))


@require_GET
@access(VIEW)
def row_of_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of the client whose row it is, with the row in sight."""
    row = get_or_404(ClientRow, pk, request.user)
    card = reverse("clients:card", args=[row.client_id])
    return HttpResponseRedirect(f"{card}?tab=s{row.section_id}#row-{row.pk}")
