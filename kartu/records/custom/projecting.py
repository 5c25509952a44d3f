"""Keeping the projected values of records in step with what is kept in them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models

CHUNK = 500
WHY = "values as lists look at them, which repeat what an action has just written"

if TYPE_CHECKING:
    from kartu.records.custom.definitions import FieldShape
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
            for columns in projected(record.shaped_as or record._meta.label_lower, record.pk, record.custom)
        ]
        models.QuerySet.bulk_create(values.objects.get_queryset(), new)


def projected(entity: str, pk: int, custom: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The rows of values, by columns, of the record `pk`."""
    if not custom:
        return
    # Which fields there are is known only when the apps are loaded.
    from kartu.records.custom.definitions import fields_of  # noqa: PLC0415 - models import this module

    shapes = fields_of(entity)
    for key, value in custom.items():
        shape = shapes.get(f"custom.{key}")
        if shape is not None:
            yield from (columns | {"record_id": pk} for columns in of_field(shape, value))


def of_field(shape: "FieldShape", value: Any) -> Iterable[dict[str, Any]]:
    for each in shape.type.projected(value, shape):
        yield {"field_id": shape.id, "text": None, "number": None, "day": None, "moment": None, shape.type.column: each}
