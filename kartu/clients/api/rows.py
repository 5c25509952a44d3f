"""Rows of the tables that the firm has added to the card: a client's machines, contracts, pets."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Status
from pydantic import Field

from kartu.clients import actions
from kartu.clients.api.clients import own_columns
from kartu.clients.api.resource import CLIENTS, client_or_404, part_or_404
from kartu.clients.api.shapes import OWN, Own
from kartu.clients.models import ClientRow
from kartu.clients.own_sections import rows_of, section_of, tables_for
from kartu.clients.rights import CHANGE, VIEW
from kartu.clients.views.own_sections import table_or_404
from kartu.core.access import access
from kartu.core.api.schemas import Id, In, Out, changes_of
from kartu.records.api.doing import base_sent, doing, show_version
from kartu.records.custom.definitions import SectionShape


class RowFields(In):
    custom: Own = Field(max_length=200, description=OWN)


class RowIn(RowFields):
    """`section_id`: one of the tables of `GET /sections`."""

    section_id: Id


RowChange = changes_of(RowFields, "RowChange")


class RowOut(Out):
    id: int
    version: int
    client_id: int
    section_id: int
    custom: Own = Field(description=OWN)


def told(row: ClientRow, section: SectionShape) -> dict[str, Any]:
    own = {str(shape.id): shape.kept_in(row.own_values) for shape in section.fields}
    plain = {name: getattr(row, name) for name in RowOut.model_fields if name != "custom"}
    return {**plain, "custom": {key: value for key, value in own.items() if value is not None}}


@CLIENTS.get("/clients/{int:pk}/rows", list[RowOut])
@access(VIEW)
def read_rows(
    request: HttpRequest, pk: int, section: int | None = Query(None, ge=1, le=2**53, description="Only of this table.")
) -> list[dict[str, Any]]:
    """Table by table, each in its order."""
    client = client_or_404(request, pk)
    tables = [each for each in tables_for(request.user) if section in (None, each.id)]
    return [told(row, table) for table in tables for row in rows_of(client, table, request.user)]


@CLIENTS.post("/clients/{int:pk}/rows", RowOut)
@access(CHANGE)
def add_row(request: HttpRequest, pk: int, data: RowIn) -> Status:
    client = client_or_404(request, pk, CHANGE)
    table = section_of(data.section_id, request.user)
    if table is None or not table.is_table:
        raise ValidationError({"section_id": _("There is none with this number")})
    values = own_columns(data.custom, request.user, table.fields)
    with doing(request, table.told):
        row = actions.add_row(client=client, section_id=table.id, values=values, by=request.user)
    show_version(request, row)
    return Status(201, told(row, table))


def row_or_404(request: HttpRequest, pk: int, part: int, right: str = CHANGE) -> tuple[ClientRow, SectionShape]:
    row = part_or_404(request, ClientRow, pk, part, right)
    return row, table_or_404(request, row.section_id)


@CLIENTS.get("/clients/{int:pk}/rows/{int:part}", RowOut)
@access(VIEW)
def read_row(request: HttpRequest, pk: int, part: int) -> dict[str, Any]:
    row, table = row_or_404(request, pk, part, VIEW)
    show_version(request, row)
    return told(row, table)


@CLIENTS.patch("/clients/{int:pk}/rows/{int:part}", RowOut)
@access(CHANGE)
def change_row(request: HttpRequest, pk: int, part: int, data: RowChange) -> dict[str, Any]:
    """Fields that are not named stay."""
    row, table = row_or_404(request, pk, part)
    values = own_columns(data.custom or {}, request.user, table.fields)
    base = base_sent(request, row, data, values)
    with doing(request, table.told):
        row = actions.change_row(row=row, values=values, base=base, by=request.user)
    show_version(request, row)
    return told(row, table)


@CLIENTS.delete("/clients/{int:pk}/rows/{int:part}")
@access(CHANGE)
def remove_row(request: HttpRequest, pk: int, part: int) -> Status:
    row, table = row_or_404(request, pk, part)
    with doing(request, _("%(what)s moved to the trash") % {"what": table.told}):
        actions.remove_row(row=row, by=request.user)
    return Status(204, None)
