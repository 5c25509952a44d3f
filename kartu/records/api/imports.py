"""Imports, for programs: a file is dropped, its columns are mapped, its rows checked, taken in and taken back.

The person may go on with each step on the import's page; what was decided there for a file like it holds here as well.
"""

from collections.abc import Callable
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Status, UploadedFile
from pydantic import Field

from kartu.core.access import signed_in
from kartu.core.api import Resource
from kartu.core.api.schemas import In, Out, words
from kartu.records.api.files import A_FILE
from kartu.records.imports import acts
from kartu.records.imports.importers import allowed
from kartu.records.imports.layouts import plan_of
from kartu.records.imports.mapping import OVERWRITE
from kartu.records.imports.moving import importer_of
from kartu.records.models import Import
from kartu.records.views.imports import OWN, importer_for, one
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


class FileColumnOut(Out):
    """`target`: the field that the column feeds, "" for none; `samples`: its first cells."""

    at: int
    title: str
    samples: list[str]
    target: str
    overwrites: bool


class TargetOut(Out):
    key: str
    label: str


class FileColumnsOut(Out):
    columns: list[FileColumnOut]
    targets: list[TargetOut]


class CheckIn(In):
    """Column -> field, for those that are to feed another one than told: {"0": "name", "3": ""}. `overwrite`: columns
    whose values take the place of those that are here; `answers`: those to the questions of the page."""

    columns: dict[str, words(60)] = Field({}, max_length=500)
    overwrite: list[int] = Field([], max_length=500)
    answers: dict[str, words(200)] = Field({}, max_length=100)


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


@IMPORTS.get("/imports/{int:pk}/columns", FileColumnsOut)
@signed_in(OWN)
def read_columns(request: HttpRequest, pk: int) -> dict[str, Any]:
    """What each column of the file feeds, and what it could; empty before the file is read."""
    source = one(request, pk)
    targets = importer_of(source).targets_for(request.user)
    options = [{"key": key, "label": str(target.label)} for key, target in targets.items()]
    if not source.layout:
        return {"columns": [], "targets": options}
    known = {column["at"]: column for column in source.layout["columns"]}
    columns = [
        {
            "at": choice.at,
            "title": known[choice.at]["header"],
            "samples": known[choice.at]["samples"],
            "target": choice.target,
            "overwrites": choice.mode == OVERWRITE,
        }
        for choice in plan_of(source).choices
    ]
    return {"columns": columns, "targets": options}


@IMPORTS.post("/imports/{int:pk}/check", ImportOut, status=202)
@signed_in(OWN)
def check(request: HttpRequest, pk: int, data: CheckIn) -> Status:
    """Have the rows checked as the columns say; the import's state tells when it is done."""
    source = one(request, pk)
    acts.decide(
        source=source,
        targets=by_column(data.columns, source, request),
        modes=dict.fromkeys(data.overwrite, OVERWRITE),
        answers=source.answers | data.answers,
        by=request.user,
    )
    return Status(202, shown(request, source))


def by_column(columns: dict[str, str], source: Import, request: HttpRequest) -> dict[int, str]:
    """Raises ValidationError naming the column that the file does not have, or whose field there is not."""
    there = {str(column["at"]): column["at"] for column in source.layout.get("columns", [])}
    targets = importer_of(source).targets_for(request.user)
    wrong = {
        f"columns.{at}": [_("There is no such column, or no such field")]
        for at, target in columns.items()
        if at not in there or (target and target not in targets)
    }
    if wrong:
        raise ValidationError(wrong)
    return {there[at]: target for at, target in columns.items()}


VERBS: dict[str, Callable[..., Import]] = {
    "start": acts.start,
    "stop": acts.cancel,
    "undo": acts.take_back,
    "return": acts.bring_back,
}


@IMPORTS.post("/imports/{int:pk}/{verb}", ImportOut, status=202)
@signed_in(OWN)
def act(request: HttpRequest, pk: int, verb: Literal["start", "stop", "undo", "return"]) -> Status:
    """Take the checked rows in; stop that; take the finished import back; and take that back."""
    source = VERBS[verb](source=one(request, pk), by=request.user)
    return Status(202, shown(request, source))
