"""What follows from the values in a row of a table, made ready beside it as `ClientRow.save` would make it."""

from typing import Any

from kartu.clients.imports.drafts import DraftRow
from kartu.clients.models import Client, ClientRow, ClientRowValue
from kartu.records.custom.formulas import formulas_of
from kartu.records.custom.projecting import projected, worked_out_by
from kartu.records.imports.writing import Pile

ENTITY = Client._meta.label_lower


def worked_out_in(row: DraftRow) -> dict[str, Any]:
    """What the formulas of the table give."""
    return worked_out_by(formulas_of(ENTITY, row.section_id), ClientRow(custom=row.custom))


def project(pile: Pile, row_id: int, own_values: dict[str, Any]) -> None:
    """The values as lists look at them."""
    for value in projected(ENTITY, row_id, own_values):
        pile.add_derived(ClientRowValue, **value)
