"""What leaves a list: files for Excel, paper."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kartu.core.access import signed_in
from kartu.core.toasts import flash
from kartu.firm.views.again import first_prove
from kartu.records.idempotency import claim
from kartu.records.lists import approval, exports
from kartu.records.lists.asking import Asking, BadQuestion
from kartu.records.lists.export_job import export_in_background
from kartu.records.lists.exports import Extract
from kartu.records.lists.page import ListPage
from kartu.records.lists.spec import ListSpec
from kartu.records.lists.takeouts import TakeOut
from kartu.records.models import ExportFile, ExportMark
from kartu.records.printing import NotPrintable, list_pdf
from kartu.records.views.lists.common import OWN_RIGHT, list_or_404, may_or_404, refusal
from kartu.security import audit
from kartu.security.alerts.freezing import Frozen
from kartu.security.leaving.notice import take_out
from kartu.security.models.audit import Verb


@require_POST
@signed_in(OWN_RIGHT)
def export(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """The rows that `query` finds, with the columns shown, as "xlsx" or "csv", for a `purpose`. Very many are written
    in the background; more than the owner's limit wait for a second person, and ask the owner whether it is him."""
    spec = list_or_404(request, key)
    may_or_404(request, spec, "export")
    if kind not in exports.FORMATS:
        raise Http404(f"no format {kind[:10]}")
    extract = extract_of(request, spec, request.POST.get("query", ""))
    return take_out_now(request, extract, kind, spec.rights["export"])


def take_out_now(request: HttpRequest, extract: TakeOut, kind: str, right: str) -> HttpResponse:
    """The file of `extract`, or what comes before it: the question what for, a second person, a proof, a job."""
    try:
        extract.purpose = approval.purpose_of(request.POST.get("purpose", ""))
    except ValidationError as refused:
        return refusal(" ".join(refused.messages))
    count = extract.count(right)
    if approval.needs_second(count, request.user):
        return wait_for_second(request, extract, kind, right)
    if approval.is_large(count) and (page := first_prove(request)):
        return page
    if count > exports.AT_ONCE or getattr(request, "was_asked", False):  # the page that asked is to go away
        return later(request, extract, kind)
    path = exports.temporary(kind)
    try:
        written = exports.write(extract, kind, path, right)
        exports.tell_export(extract, kind, written)
    except BaseException as failed:
        path.unlink(missing_ok=True)
        if isinstance(failed, Frozen):
            return refusal(str(failed), status=403)
        raise
    return as_download(path, extract.file_name(kind), is_ours=True)


def wait_for_second(request: HttpRequest, extract: TakeOut, kind: str, right: str) -> HttpResponse:
    now, purpose = timezone.now(), extract.purpose
    approval.ask_for_export(extract=extract, kind=kind, purpose=purpose, right=right, now=now, by=request.user)
    flash(request, _("So many rows leave only when a second person agrees. The bell rings when the file is ready."))
    return redirect(extract.url())


def extract_of(request: HttpRequest, spec: ListSpec, query: str) -> Extract:
    """What `query` asks, with the columns that the person has chosen for the list."""
    page = ListPage(spec, Asking(request.user), QueryDict(query.removeprefix("?")))
    return Extract(page.question.changed(), page.columns, page.asking)


def later(request: HttpRequest, extract: TakeOut, kind: str) -> HttpResponse:
    with transaction.atomic():
        claim()
        job = export_in_background.later(
            by=request.user,
            list_key=extract.key,
            question=extract.parts(),
            columns=extract.column_keys,
            kind=kind,
            purpose=extract.purpose,
        )
    request.session["list_jobs"] = {**request.session.get("list_jobs", {}), extract.key: job.pk}
    flash(request, _("The file is being written. The bell rings when it is ready."))
    return redirect(extract.url())


def as_download(path: Path, name: str, *, is_ours: bool) -> FileResponse:
    """`path` as a download that the browser never opens; `is_ours`: it goes when it is sent."""
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    if is_ours:
        path.unlink(missing_ok=True)  # the open file stays readable until it is closed
    return response


@require_GET
@signed_in("only whoever asked for the file gets it")
def fetch(request: HttpRequest, pk: int) -> FileResponse:
    """A file written in the background: its person's only, and only for a day."""
    kept = ExportFile.objects.filter(pk=pk, person_id=request.user.pk).first()
    if kept is None or kept.is_over or not kept.path.exists():
        audit.record(Verb.DENIED, by=request.user, values={"right": "its own", "target": f"records.exportfile {pk}"})
        raise Http404(f"no export {pk} for {request.user}")
    values = {"name": kept.name, "rows": kept.rows, "sha256": kept.sha256}
    take_out(by=request.user, values=values, made_at=kept.created_at)
    return as_download(kept.path, kept.name, is_ours=False)


@require_GET
@signed_in(OWN_RIGHT)
def print_list(request: HttpRequest, key: str) -> HttpResponse:
    """The list on A4, as a PDF."""
    spec = list_or_404(request, key)
    may_or_404(request, spec, "print")
    if set(request.GET) - {"f", "q", "s", "v"}:
        raise BadQuestion("the address has a part that no print knows")
    extract, right = extract_of(request, spec, request.GET.urlencode()), spec.rights["print"]
    finding = extract.finding(right)
    ids = extract.taken = finding.page(exports.MOST_PRINTED).ids
    sheet = exports.sheet_for_print(extract, ids, finding.count)
    try:
        mark = ExportMark.begin(request.user)
    except Frozen as frozen:
        return refusal(str(frozen), status=403)
    audit.record(Verb.PRINT, by=request.user, values={**extract.told(), "rows": len(ids), "number": mark.number})
    try:
        pdf = list_pdf(sheet, by=request.user, mark=mark)
    except NotPrintable as error:
        return refusal(str(error), status=503)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{spec.key}.pdf"'
    return response
