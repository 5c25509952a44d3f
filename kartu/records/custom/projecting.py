"""Keeping what follows from the values of records in step with them: formulas, and values as lists look at them."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models

from kartu.core import bulk

CHUNK = 500
WHY = "values as lists look at them, which repeat what an action has just written"

if TYPE_CHECKING:
    from kartu.records.custom.definitions import FieldShape
    from kartu.records.custom.formulas import Formulas
    from kartu.records.models import Customised, ProjectedValue


def renew(values: "type[ProjectedValue]", records: "list[Customised]") -> None:
    """Project all that is kept in `records` anew."""
    for start in range(0, len(records), CHUNK):
        some = records[start : start + CHUNK]
        rows = values.objects.as_system(WHY).filter(record_id__in=[record.pk for record in some])
        rows._raw_delete(rows.db)
        new = [
            values(**columns)
            for record in some
            for columns in projected(record.shaped_entity(), record.pk, record.own_values)
        ]
        models.QuerySet.bulk_create(values.objects.get_queryset(), new)


def projected(entity: str, pk: int, own_values: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The rows of values, by columns, of the record `pk`."""
    if not own_values:
        return
    # Which fields there are is known only when the apps are loaded.
    from kartu.records.custom.definitions import fields_of  # noqa: PLC0415 - models import this module

    shapes = fields_of(entity)
    for key, value in own_values.items():
        shape = shapes.get(f"custom.{key}")
        if shape is not None:
            yield from (columns | {"record_id": pk} for columns in of_field(shape, value))


def follow_files(record: "Customised", before: dict[str, Any]) -> None:
    from kartu.records.custom.held_files import follow_record  # noqa: PLC0415 - models import this module

    follow_record(record, before)


def of_field(shape: "FieldShape", value: Any) -> Iterable[dict[str, Any]]:
    for columns in shape.type.found_by(value, shape):
        yield {"field_id": shape.id, "text": None, "number": None, "day": None, "moment": None, **columns}


def worked_out_of(record: "Customised") -> dict[str, Any]:
    """What the formulas of `record` give."""
    return worked_out_by(formulas_for(*record.shaped_by), record)


def formulas_for(entity: str, section_id: int | None) -> "Formulas":
    from kartu.records.custom.formulas import formulas_of  # noqa: PLC0415 - models import this module

    return formulas_of(entity, section_id)


def worked_out_by(formulas: "Formulas", record: "Customised") -> dict[str, Any]:
    return formulas.of(record.custom, lambda column: getattr(record, column))


def work_out_anew(records: "list[Customised]") -> "list[Customised]":
    """Work the formulas of `records`, all of one model, out anew and write what is new; those that have changed."""
    known = {shaped_by: formulas_for(*shaped_by) for shaped_by in {record.shaped_by for record in records}}
    changed = []
    for record in records:
        worked_out = worked_out_by(known[record.shaped_by], record)
        if worked_out != record.worked_out:
            record.worked_out = worked_out
            changed.append(record)
    if changed:
        model = type(changed[0])
        told = [(json.dumps(record.worked_out, ensure_ascii=False), record.pk) for record in changed]
        bulk.update(model, ["worked_out"], told)
        model.project_many(changed)
    return changed
