"""Files on a record: the panel of its card, a look, the download."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kartu.core import about
from kartu.core.access import access, out_of_reach
from kartu.core.actors import Actor
from kartu.core.drawers import changed
from kartu.core.toasts import toast
from kartu.records.actions import attach_file, rename_file, restore_file, trash_file
from kartu.records.custom.definitions import SectionShape, section_for, sections_for
from kartu.records.files import looks
from kartu.records.files.about import files_about, versions_of
from kartu.records.files.store import path_of
from kartu.records.models import File, Section
from kartu.records.rights import FILES_ATTACH, FILES_DOWNLOAD, FILES_VIEW
from kartu.security import audit
from kartu.security.leaving.notice import take_out
from kartu.security.models.audit import Verb
from kartu.security.views import get_or_404


@require_http_methods(["GET", "POST"])
@access(FILES_VIEW)
def panel(request: HttpRequest, model: str, pk: int, section: int | None = None) -> HttpResponse:
    """The files of a record, or those in one section of its card, and a place to drop more; one file a POST.

    `?small`: beside other things, so that nothing says at length that there are none.
    """
    target = target_or_404(request, model, pk)
    if section is not None:
        section_or_404(request, model, section)
    if request.method == "POST":
        return attach(request, target, section)
    context = {
        "files": with_sections(files_about(model, pk, by=request.user, section=section), model, request.user),
        "in_section": section is not None,
        "is_small": "small" in request.GET,
        "may_attach": about.find(model, pk, by=request.user, to_change=True) is not None
        and request.user.may(FILES_ATTACH),
        "may_download": request.user.may(FILES_DOWNLOAD),
        "url": url_of(model, pk, section),
    }
    return render(request, "records/files/panel.html", context)


def with_sections(files: Iterable[File], model: str, by: Actor) -> list[File]:
    """`files`, each with the name of the section or field that it lies in."""
    sections = sections_for(model, by)
    names = {section.id: section.name for section in sections}
    fields = {field.id: field.name for section in sections for field in section.fields}
    files = list(files)
    for file in files:
        file.section_name = names.get(file.section_id, "") or fields.get(file.field_id, "")
    return files


def url_of(model: str, pk: int, section: int | None) -> str:
    """The address of the files of a record, or of those in one section of its card."""
    if section is None:
        return reverse("records:files", args=[model, pk])
    return reverse("records:section_files", args=[model, pk, section])


def section_or_404(request: HttpRequest, model: str, pk: int) -> SectionShape:
    """A section of files that the person sees."""
    section = section_for(model, pk, request.user, Section.Kind.FILES)
    if section is None:
        raise out_of_reach(request.user, f"records.section {pk}", FILES_VIEW)
    return section


def target_or_404(request: HttpRequest, model: str, pk: int) -> Any:
    target = about.find(model, pk, by=request.user)
    if target is None:
        audit.record(Verb.DENIED, by=request.user, values={"right": FILES_VIEW, "target": f"{model} {pk}"})
        raise Http404(f"no {model} {pk} for {request.user}")
    return target


def attach(request: HttpRequest, target: Any, section: int | None = None) -> HttpResponse:
    sent = request.FILES.get("file")
    if sent is None:
        return refusal(_("Choose a file first"))
    replaces = request.POST.get("replaces") or request.GET.get("replaces")
    older = get_or_404(File, int(replaces), request.user, FILES_ATTACH) if replaces and replaces.isdecimal() else None
    try:
        file = attach_file(
            target=target, name=sent.name, chunks=sent.chunks(), section=section, replaces=older, by=request.user
        )
    except ValidationError as error:
        return refusal(" ".join(error.messages))
    text = _("%(name)s is on the card") % {"name": file.name}
    return toast(changed(HttpResponse(status=204), "records.file", file.pk), text)


def refusal(words: str) -> HttpResponse:
    return HttpResponse(words, status=422, content_type="text/plain; charset=utf-8")


@require_GET
@access(FILES_DOWNLOAD)
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The file itself, never opened by the browser. The log's row is written before the first byte."""
    file = get_or_404(File, pk, request.user)
    values = {"name": file.name, "size": file.size, "sha256": file.sha256}
    path = path_of(file.stored)
    if not path.exists():
        raise Http404(f"the bytes of file {pk} are gone")
    take_out(file, by=request.user, values=values)
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_GET
@access(FILES_VIEW)
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file was before, and a place to drop a newer version."""
    file = get_or_404(File, pk, request.user)
    target = about.find(file.about_type, file.about_id, by=request.user, to_change=True)
    context = {
        "file": file,
        "older": versions_of(file, by=request.user),
        "may_attach": target is not None and request.user.may(FILES_ATTACH) and not file.field_id,
        "may_download": request.user.may(FILES_DOWNLOAD),
        "url": f"{url_of(file.about_type, file.about_id, file.section_id)}?replaces={file.pk}",
    }
    return render(request, "records/files/versions.html", context)


@require_GET
@access(FILES_DOWNLOAD)
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """A look at a picture or a text, in a drawer."""
    file = get_or_404(File, pk, request.user)
    audit.record(Verb.DOWNLOAD, file, by=request.user, values={"name": file.name, "look": True})
    context = {"file": file, "text": looks.text(file) if file.kind == "text/plain" else None}
    return render(request, "records/files/look.html", context)


@require_GET
@access(FILES_DOWNLOAD)
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture re-drawn by us; `?small` for the thumbnail of the panel."""
    file = get_or_404(File, pk, request.user)
    try:
        drawn = looks.picture(file, 240 if "small" in request.GET else looks.SIDE)
    except looks.NoLook as error:
        raise Http404(str(error)) from error
    response = HttpResponse(drawn, content_type="image/webp")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


@require_POST
@access(FILES_ATTACH)
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    file = get_or_404(File, pk, request.user, FILES_ATTACH)
    rename_file(file=file, name=request.POST.get("name") or file.name, note=file.note, by=request.user)
    return changed(HttpResponse(file.name, content_type="text/plain; charset=utf-8"), "records.file", pk)


@require_POST
@access(FILES_ATTACH)
def trash(request: HttpRequest, pk: int) -> HttpResponse:
    file = get_or_404(File, pk, request.user, FILES_ATTACH)
    trash_file(file=file, by=request.user)
    response = changed(HttpResponse(status=204), "records.file", pk)
    return toast(response, _("Moved to trash"), reverse("records:file_restore", args=[pk]))


@require_POST
@access(FILES_ATTACH)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    file = get_or_404(File, pk, request.user, FILES_ATTACH, trashed=True)
    restore_file(file=file, by=request.user)
    return toast(changed(HttpResponse(status=204), "records.file", pk), _("Back on the card"))
