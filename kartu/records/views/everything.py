"""The page on which the owner takes everything along."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from kartu.core.access import access
from kartu.core.models import Job
from kartu.core.views.jobs import named
from kartu.firm.views.again import asks_again
from kartu.firm.views.answers import form_page
from kartu.records.everything import taking
from kartu.records.forms import TakeForm
from kartu.records.jobs import take_everything
from kartu.records.models import ExportFile
from kartu.security.alerts.freezing import Frozen
from kartu.security.rights import SERVER


@require_http_methods(["GET", "POST"])
@access(SERVER)
@asks_again
def everything(request: HttpRequest) -> HttpResponse:
    form = TakeForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return form_page(request, "records/everything.html", form, **shown(request))
    try:
        taking.ask(purpose=form.cleaned_data["purpose"], by=request.user)
    except ValidationError as refused:
        form.add_error("purpose", refused)
    except Frozen as frozen:
        form.add_error(None, str(frozen))
    else:
        return redirect("records:everything")
    return form_page(request, "records/everything.html", form, **shown(request))


def shown(request: HttpRequest) -> dict:
    if not request.user.is_owner:
        raise PermissionDenied("everything the firm has")
    work = Job.objects.open().filter(name=take_everything.key).first()
    files = ExportFile.objects.filter(person=request.user, list_key=taking.KEY).order_by("-pk")
    return {"work": named(work) if work else None, "files": [each for each in files if not each.is_over]}
