"""`/clients/`: the list of clients."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from kartu.clients.lists import CLIENTS
from kartu.clients.rights import VIEW
from kartu.core.access import access
from kartu.records.lists.page import list_page


@require_GET
@access(VIEW)
def client_list(request: HttpRequest) -> HttpResponse:
    return list_page(request, CLIENTS)
