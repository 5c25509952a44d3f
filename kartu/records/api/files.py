"""Files on records, for programs."""

from typing import Any

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import File as Upload
from ninja import Query, Status, UploadedFile

from kartu.core.access import access
from kartu.core.api import Resource
from kartu.core.api.schemas import UNSENT, In, Moment, Named, Out, named, words
from kartu.records.actions import attach_file, rename_file, trash_file
from kartu.records.api.doing import doing
from kartu.records.files.about import files_about
from kartu.records.models import File
from kartu.records.rights import FILES_ATTACH, FILES_DOWNLOAD, FILES_VIEW
from kartu.records.views.files import download, section_or_404, target_or_404
from kartu.security.views import get_or_404

IN_SECTION = Query(None, ge=1, le=2**53, description="Only in this section of the card.")
A_FILE = Upload(..., description="One file.")
FILES = Resource("files", gettext_lazy("Files"), order=300)


class FileOut(Out):
    id: int
    version: int
    about_type: str
    about_id: int
    section: int | None
    field: int | None
    name: str
    size: int
    sha256: str
    kind: str
    note: str
    created_at: Moment
    created_by: Named | None


class FileChange(In):
    name: words(200, shortest=1) = UNSENT
    note: words(200) = UNSENT


SAID = ("created_by", "section", "field")


def told(file: File) -> dict[str, Any]:
    plain = {name: getattr(file, name) for name in FileOut.model_fields if name not in SAID}
    return {
        **plain,
        "id": file.pk,
        "section": file.section_id,
        "field": file.field_id,
        "created_by": named(file.created_by),
    }


def titled(title: str, section: int | None, field: int | None = None) -> str:
    """What the act is called under Changes, where others read it who may not see the section or field it is in."""
    if field is not None:
        return _("A file in a field")
    return title if section is None else _("A file of a section")


@FILES.get("/files/of/{model}/{int:pk}", list[FileOut])
@access(FILES_VIEW)
def read_files(request: HttpRequest, model: str, pk: int, section: int | None = IN_SECTION) -> list[dict[str, Any]]:
    """The files of a record, `model` being its kind: clients.client, clients.touch."""
    target_or_404(request, model, pk)
    if section is not None:
        section_or_404(request, model, section)
    return [told(file) for file in files_about(model, pk, by=request.user, section=section)]


@FILES.post("/files/of/{model}/{int:pk}", FileOut)
@access(FILES_ATTACH)
def add_file(
    request: HttpRequest, model: str, pk: int, file: UploadedFile = A_FILE, section: int | None = IN_SECTION
) -> Status:
    """Put a file on a record: multipart/form-data, at most 100 MB."""
    target = target_or_404(request, model, pk)
    if section is not None:
        section_or_404(request, model, section)
    with doing(request, titled(_("Attached: %(name)s") % {"name": file.name}, section)):
        kept = attach_file(target=target, name=file.name or "", chunks=file.chunks(), section=section, by=request.user)
    return Status(201, told(kept))


@FILES.get("/files/{int:pk}", FileOut)
@access(FILES_VIEW)
def read_file(request: HttpRequest, pk: int) -> dict[str, Any]:
    return told(get_or_404(File, pk, request.user))


@FILES.get("/files/{int:pk}/content", None)
@access(FILES_DOWNLOAD)
def read_content(request: HttpRequest, pk: int) -> FileResponse:
    """The bytes themselves."""
    return download(request, pk)


@FILES.patch("/files/{int:pk}", FileOut)
@access(FILES_ATTACH)
def change_file(request: HttpRequest, pk: int, data: FileChange) -> dict[str, Any]:
    file = get_or_404(File, pk, request.user, FILES_ATTACH)
    values = {"name": file.name, "note": file.note, **data.sent()}
    with doing(request, titled(file.name, file.section_id, file.field_id)):
        return told(rename_file(file=file, by=request.user, **values))


@FILES.delete("/files/{int:pk}")
@access(FILES_ATTACH)
def remove_file(request: HttpRequest, pk: int) -> Status:
    """Into the trash."""
    file = get_or_404(File, pk, request.user, FILES_ATTACH)
    with doing(request, _("Moved to the trash")):
        trash_file(file=file, by=request.user)
    return Status(204, None)
