"""The incident paper of an alert: what it is for, in which language, and the paper."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from kartu.core.access import access, reached
from kartu.firm.views.again import asks_again
from kartu.firm.views.answers import form_page
from kartu.records.forms import IncidentForm
from kartu.records.incident.paper import print_incident
from kartu.records.printing import NotPrintable
from kartu.security.alerts.actions import alerts_for
from kartu.security.alerts.freezing import Frozen
from kartu.security.rights import EXPORT_LOG


@require_http_methods(["GET", "POST"])
@access(EXPORT_LOG)
@asks_again
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for `purpose` and `language`, POST gives the PDF."""
    alert = reached(alerts_for(request.user), pk, request.user)
    form = IncidentForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        try:
            pdf = print_incident(alert=alert, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        except (NotPrintable, Frozen) as error:
            status = 403 if isinstance(error, Frozen) else 503
            return HttpResponse(str(error), status=status, content_type="text/plain; charset=utf-8")
        else:
            response = HttpResponse(pdf, content_type="application/pdf")
            response.headers["Content-Disposition"] = content_disposition_header(True, f"kartu-incident-{pk}.pdf")
            return response
    return form_page(request, "records/incident.html", form, alert=alert)
