"""The dossier: what of a client goes on paper, and the paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from kartu.clients.card import with_parts
from kartu.clients.dossier.paper import print_dossier
from kartu.clients.forms.dossier import DossierForm
from kartu.clients.models import Client
from kartu.clients.rights import PRINT, reaches
from kartu.core.access import access, out_of_reach
from kartu.records.printing import NotPrintable
from kartu.security.alerts.freezing import Frozen
from kartu.security.views import get_or_404


@require_GET
@access(PRINT)
def dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """The drawer: language, time, parts."""
    client = client_to_print(request, pk)
    form = DossierForm(client=client, by=request.user)
    return render(request, "clients/dossier.html", {"client": client, "form": form})


@require_GET
@access(PRINT)
def dossier_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper. Whatever the address leaves out is as the drawer opens."""
    client = client_to_print(request, pk)
    form = DossierForm(request.GET, client=client, by=request.user)
    if not form.is_valid():
        return render(request, "clients/dossier.html", {"client": client, "form": form}, status=422)
    try:
        pdf = print_dossier(client=client, wanted=form.wanted, by=request.user)
    except (NotPrintable, Frozen) as error:
        status = 403 if isinstance(error, Frozen) else 503
        return HttpResponse(str(error), status=status, content_type="text/plain; charset=utf-8")
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, f"{client.name[:80]}.pdf")
    return response


def client_to_print(request: HttpRequest, pk: int) -> Client:
    """The client `pk` with its parts, which the person both sees and may print. Raises Http404."""
    client = get_or_404(Client, pk, request.user, PRINT, rows=with_parts(request.user))
    if not reaches(request.user, client):
        raise out_of_reach(request.user, f"clients.client {pk}")
    return client
