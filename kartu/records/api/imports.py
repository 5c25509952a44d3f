"""Imports, for programs: a file is dropped here; columns and rows are looked through by the person, on the page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from ninja import Query, Status, UploadedFile

from kartu.core.access import signed_in
from kartu.core.api import Resource
from kartu.core.api.schemas import Out
from kartu.records.api.files import A_FILE
from kartu.records.imports import acts
from kartu.records.models import Import
from kartu.records.views.imports import OWN, allowed, importer_for, one
from kartu.records.views.programs import told

IMPORTS = Resource("imports", gettext_lazy("Imports"), order=310)


class ImportOut(Out):
    id: int
    name: str
    state: str
    refusal: str
    read: int
    new: int
    same: int
    rejected: int
    page: str


def shown(request: HttpRequest, source: Import) -> dict[str, Any]:
    return {"id": source.pk, **told(request, source)}


@IMPORTS.get("/imports", list[ImportOut])
@signed_in(OWN)
def read_imports(request: HttpRequest, limit: int = Query(50, ge=1, le=200)) -> list[dict[str, Any]]:
    """The newest first."""
    importer_for(request)
    rows = Import.objects.none()
    for importer in allowed(request.user):
        rows = rows | Import.objects.reachable(request.user, importer.key, importer.right)
    return [shown(request, source) for source in rows.order_by("-pk")[:limit]]


@IMPORTS.post("/imports", ImportOut)
@signed_in(OWN)
def drop_file(request: HttpRequest, file: UploadedFile = A_FILE) -> Status:
    """A file as if it were dropped on the page, multipart/form-data; its person hears of it and goes on there."""
    importer = importer_for(request)
    source = acts.drop_file(importer=importer, file=file, name=file.name or "", by=request.user, tell=True)
    return Status(201, shown(request, source))


@IMPORTS.get("/imports/{int:pk}", ImportOut)
@signed_in(OWN)
def read_import(request: HttpRequest, pk: int) -> dict[str, Any]:
    return shown(request, one(request, pk))
