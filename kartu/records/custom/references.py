"""Values that point at a record, found by it: to be moved, let go, told, and checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from kartu.core.actors import Actor
from kartu.records.custom.definitions import FieldShape, SectionShape, all_sections, sections_for
from kartu.records.custom.entities import Entity, entities
from kartu.records.models import Customised
from kartu.security.columns import set_value
from kartu.security.rows import GuardedQuerySet

CHUNK = 500
WHY = "records that point at one which is merged, removed or looked at"


@dataclass(frozen=True)
class Pointer:
    """A field that points at records of one kind, and the model of what holds it."""

    entity: Entity
    section: SectionShape
    shape: FieldShape

    @property
    def model(self) -> type[Customised]:
        return self.entity.model(self.section.id if self.section.is_table else None)

    def holding(self, rows: GuardedQuerySet, ids: list[int]) -> GuardedQuerySet:
        """Those of `rows` in which the field points at one of `ids`."""
        values = self.model._meta.get_field(self.entity.values).related_model.objects.as_system(WHY)
        return rows.filter(pk__in=values.filter(field_id=self.shape.id, number__in=ids).values("record_id"))

    def filled(self) -> GuardedQuerySet:
        """All that point at something by the field."""
        return self.model.objects.as_system(WHY).filter(custom__has_key=str(self.shape.id)).order_by("pk")

    def batches(self, **limits: Any) -> Iterator[list[Customised]]:
        """Those of `filled`, within `limits`, some at a time."""
        rows = self.filled().filter(**limits).iterator(CHUNK)
        while some := list(islice(rows, CHUNK)):
            yield some

    def holders(self, ids: list[int]) -> GuardedQuerySet:
        return self.holding(self.model.objects.as_system(WHY), ids).order_by("pk")


def pointers(by: Actor | None = None) -> Iterator[Pointer]:
    """The fields that point at something; those that `by` sees, or all there are."""
    for entity in entities:
        for section in sections_for(entity.key, by) if by else all_sections(entity.key):
            for shape in section.fields:
                if shape.type.points_at(shape):
                    yield Pointer(entity, section, shape)


def pointers_to(model: str, by: Actor | None = None) -> Iterator[Pointer]:
    """Those of `pointers` that point at `model` ("clients.client")."""
    return (each for each in pointers(by) if each.shape.type.points_at(each.shape) == model)


def repoint(model: str, old: int, new: int | None) -> None:
    """Let all that points at `old` point at `new` (None: at nothing). Inside an action; the log tells of each.

    A record that would point at itself points at nothing.
    """
    for pointer in pointers_to(model):
        for row in pointer.holders([old]).select_for_update(of=("self",)):
            is_itself = row._meta.label_lower == model and row.pk == new
            set_value(row, pointer.shape.column, None if is_itself else new)
            row.save()


def prepare(shapes: "list[FieldShape] | tuple[FieldShape, ...]", held: list[dict[str, Any]]) -> None:
    """Fetch the names of all that `held` (values by the ids of fields) points at, so that none is asked for alone."""
    for shape in shapes:
        if shape.type.points_at(shape):
            shape.type.prepare([shape.kept_in(values) for values in held], shape)


def astray() -> Iterator[str]:
    """For `kartu check`: what points at a record that is not there."""
    for pointer in pointers():
        shape = pointer.shape
        for rows in pointer.batches():
            named = {row.pk: shape.kept_in(row.custom) for row in rows}
            there = set(shape.type.rows(shape).filter(pk__in=set(named.values())).values_list("pk", flat=True))
            for row in rows:
                if named[row.pk] not in there:
                    label = row._meta.label_lower
                    yield f"{label} {row.pk}: “{shape.name}” points at a record that is gone; empty it"
