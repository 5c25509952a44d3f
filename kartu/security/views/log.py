"""The seals of the log: how they stand, what was told, and whether they hold."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kartu.core.access import access
from kartu.core.formats import format_number
from kartu.core.models import Job
from kartu.core.toasts import flash
from kartu.firm.views.again import asks_again
from kartu.firm.views.answers import form_page
from kartu.security.forms import RetentionForm, VerifyForm
from kartu.security.jobs import log as jobs
from kartu.security.models import LogRetention, ToldHead
from kartu.security.rights import ERASE_LOG, VERIFY_LOG
from kartu.security.seals.findings import Finding
from kartu.security.seals.heads import current_head, waiting_rows
from kartu.security.seals.retaining import set_retention

HEADS_SHOWN = 30


@require_GET
@access(VERIFY_LOG)
def log(request: HttpRequest) -> HttpResponse:
    kept = RetentionForm(instance=LogRetention.current()) if request.user.may(ERASE_LOG) else None
    return render(request, "security/log.html", {"form": VerifyForm(), "kept": kept, **shown()})


@require_POST
@access(VERIFY_LOG)
def verify(request: HttpRequest) -> HttpResponse:
    """The whole log is read in the background; one at a time."""
    form = VerifyForm(request.POST)
    if not form.is_valid():
        return form_page(request, "security/log.html", form, **shown())
    jobs.verify.later(by=request.user, dedupe="security.verify", anchor=form.cleaned_data["anchor"])
    return redirect("security:log")


@require_POST
@access(ERASE_LOG)
@asks_again
def retention(request: HttpRequest) -> HttpResponse:
    """For how many years the log is kept."""
    form = RetentionForm(request.POST, instance=LogRetention.current())
    if not form.is_valid():
        context = {"form": VerifyForm(), "kept": form, **shown()}
        return render(request, "security/log.html", context, status=422)
    set_retention(retention=form.save(commit=False), by=request.user)
    flash(request, _("It is set how long the log is kept"))
    return redirect("security:log")


def shown() -> dict[str, Any]:
    verification = Job.objects.filter(name__in=[jobs.verify.key, jobs.verify_at_night.key]).order_by("-pk").first()
    head = current_head()
    told = ToldHead.objects.order_by("-day")[:HEADS_SHOWN]
    return {
        "head": head,
        "counts": {"rows": format_number(head.rows), "waiting": format_number(waiting_rows())} if head else {},
        "told": [{"day": each.day, "head": str(each), "rows": format_number(each.rows)} for each in told],
        "verification": verification,
        "outcome": outcome_of(verification),
    }


def outcome_of(verification: Job | None) -> dict[str, Any] | None:
    """What the last verification found, for as long as the queue remembers it."""
    if verification is None or not verification.result:
        return None
    found = verification.result
    findings = [str(Finding(**finding)) for finding in found["findings"]]
    return {**found, "findings": findings, "more": found["count"] - len(findings), "read": format_number(found["rows"])}
