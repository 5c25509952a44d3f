"""Fields that hold files, in step with the files: whichever of the two is written, by whatever way, the other follows.

A file that leaves its field goes to the trash; one that is taken out of it goes back into the field, if that is empty.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from kartu.core.actors import Actor
from kartu.records.custom.definitions import FieldShape, fields_for, fields_of
from kartu.records.custom.references import Pointer, pointers_to
from kartu.records.custom.targets import memory_of
from kartu.records.custom.types.files import FILE
from kartu.security.columns import set_value

if TYPE_CHECKING:
    from kartu.records.models import Customised, File

WHY = "the record that holds a file in a field, which follows what is done with the file"


def follow_record(record: "Customised", before: dict[str, Any]) -> None:
    """The values of `record` were `before`, and are written: let its files follow. What lies on another record, as
    while two are merged, is left alone."""
    for shape in () if record.shaped_as else fields_of(record._meta.label_lower).values():
        old, new = shape.kept_in(before), shape.kept_in(record.custom)
        if not shape.type.is_handed_in or old == new:
            continue
        about = {"about_type": record._meta.label_lower, "about_id": record.pk}
        for file in shape.type.rows(shape).filter(pk__in=[pk for pk in (old, new) if pk], **about):
            put(file, shape, is_held=file.pk == new)


def put(file: "File", shape: FieldShape, *, is_held: bool) -> None:
    if is_held and (file.trashed_at or file.field_id != shape.id):
        file.field_id, file.trashed_at = shape.id, None
        file.save()
    elif not is_held and file.field_id == shape.id and not file.trashed_at:
        file.trashed_at = timezone.now()
        file.save()


def follow_file(file: "File", was_called: str, was_trashed: datetime | None) -> None:
    """`file`, of a field, is written: let the record that holds it follow."""
    memory_of(FILE).pop(file.pk, None)
    if file.name != was_called:
        for pointer in pointers_to(FILE):
            if pointer.shape.id == file.field_id:
                pointer.model.project_many(list(pointer.holders([file.pk])))
    if bool(file.trashed_at) == bool(was_trashed) or (pointer := pointer_of(file)) is None:
        return
    record = pointer.model.objects.as_system(WHY).filter(pk=file.about_id).select_for_update(of=("self",)).first()
    held = pointer.shape.kept_in(record.custom) if record else file.pk
    if file.trashed_at and record and held == file.pk:
        write(record, pointer.shape, None)
    elif not file.trashed_at and held is None:
        write(record, pointer.shape, file.pk)


def pointer_of(file: "File") -> Pointer | None:
    found = (each for each in pointers_to(FILE) if each.shape.id == file.field_id)
    return next((each for each in found if each.entity.key == file.about_type), None)


def write(record: "Customised", shape: FieldShape, value: int | None) -> None:
    set_value(record, shape.column, value)
    record.save()


def misplaced() -> Iterator[str]:
    """For `kartu check`: fields of live records whose file lies in the trash, on another record or in another field."""
    for pointer in pointers_to(FILE):
        shape, label = pointer.shape, pointer.entity.key
        for rows in pointer.batches(trashed_at=None):
            files = shape.type.rows(shape).in_bulk([shape.kept_in(row.custom) for row in rows])
            for row in rows:
                file = files.get(shape.kept_in(row.custom))
                should = (label, row.pk, shape.id, None)
                if file and (file.about_type, file.about_id, file.field_id, file.trashed_at) != should:
                    yield f"{label} {row.pk}: “{shape.name}” holds file {file.pk}, which is not its own; empty it"


def takes_files(model: str, field: int, by: Actor) -> bool:
    """Whether the field `field` of records of `model` holds files and `by` may change it."""
    return any(
        shape.id == field and shape.type.is_handed_in and shape.may_change(by) for shape in fields_for(model, by)
    )
