"""The page of health: how the computer, the program and the data are, and what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from kartu.core.access import access
from kartu.core.models import Job
from kartu.core.views.jobs import named
from kartu.security.health import Shown, look
from kartu.security.health.lines import BAD, OK, WARN
from kartu.security.jobs.health import check_data
from kartu.security.models import DataCheck
from kartu.security.rights import SERVER

ICONS = {OK: "check", WARN: "alert-triangle", BAD: "alert-triangle"}
SAID = {OK: _("well"), WARN: _("look at it"), BAD: _("needs a hand")}


@require_GET
@access(SERVER)
def health(request: HttpRequest) -> HttpResponse:
    rows = [row(shown) for shown in look()]
    work = Job.objects.open().filter(name=check_data.key).first()
    context = {
        "rows": rows,
        "red": sum(each["tone"] == BAD for each in rows),
        "amber": sum(each["tone"] == WARN for each in rows),
        "work": named(work) if work else None,
        "healthz": request.build_absolute_uri(reverse("core:healthz")),
        "check": DataCheck.objects.order_by("-pk").first(),
    }
    return render(request, "security/health.html", context)


def row(shown: Shown) -> dict:
    line, reading = shown.line, shown.reading
    return {
        "key": line.key,
        "label": line.label,
        "value": reading.value,
        "tone": reading.tone,
        "icon": ICONS[reading.tone],
        "said": SAID[reading.tone],
        "todo": reading.todo,
        "url": reverse(line.url_name) if line.url_name else "",
    }


@require_POST
@access(SERVER)
def check_now(request: HttpRequest) -> HttpResponse:
    check_data.later(dedupe="security.check")
    return redirect("security:health")
