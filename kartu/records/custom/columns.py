"""The firm's own fields as columns of a list."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.db import models
from django.db.models import Exists, FilteredRelation, OuterRef, Q

from kartu.core.actors import Actor
from kartu.records.changes import EditConflict, EditConflicts
from kartu.records.custom.definitions import FieldShape, fields_for, fields_of, section_for
from kartu.records.custom.kinds import Own, OwnSeveral
from kartu.records.custom.types import SeveralOf
from kartu.records.lists.asking import Asking
from kartu.records.lists.hints import hide
from kartu.records.lists.spec import UNSORTED, Column, Edit
from kartu.records.models import Customised, ProjectedValue, Section

WIDTHS = {"long": 240, "text": 160, "link": 180, "email": 180, "choices": 160}
# change(row=, values={"custom.5": kept}, base=, by=): the app's action.
Change = Callable[..., Any]


class OwnColumns:
    """What a list of `model` has of columns besides those of its spec. `values`: where they are projected;
    `section_id`: the rows are those of this table section."""

    def __init__(
        self, model: type[Customised], values: type[ProjectedValue], change: Change, section_id: int | None = None
    ) -> None:
        self.entity, self.values, self.change = model.shaped_entity(), values, change
        self.relation = values._meta.get_field("record").remote_field.related_name
        self.section_id = section_id

    def columns_for(self, person: Actor) -> list[Column]:
        columns = [self.column(shape, person) for shape in self.shapes_for(person)]
        if self.section_id is None:
            return columns
        # A phone has room for two of them: the first below the client, the second beside it.
        lines = dict(zip(columns, (2, 1), strict=False))
        return [replace(column, phone_line=lines.get(column, 0)) for column in columns]

    def shapes_for(self, person: Actor) -> list[FieldShape]:
        """The fields that `person` knows: those of the record itself, or of the table section of whose rows it is."""
        if self.section_id is None:
            return fields_for(self.entity, person)
        section = section_for(self.entity, self.section_id, person, Section.Kind.TABLE)
        return list(section.fields) if section else []

    @property
    def version(self) -> Hashable:
        """All of the definitions that decides how values are asked for."""
        return tuple(
            (shape.id, shape.type.code, shape.type.column, shape.options.get("currency"))
            for shape in fields_of(self.entity).values()
        )

    def column(self, shape: FieldShape, person: Actor) -> Column:
        several = isinstance(shape.type, SeveralOf)
        made = OwnSeveral if several else Own
        more = {"values": self.values} if several else {}
        path = "pk" if several else f"{shape.key}__{shape.type.column}"
        return Column(
            shape.key,
            shape.title,
            made(shape.type.kind(shape), str(shape.id), lambda kept: shape.type.python(kept, shape), **more),
            field=shape.held_in,
            filter_field=path,
            sort=path if shape.type.can_sort else UNSORTED,
            width=WIDTHS.get(shape.type.code, 120),
            shown=self.section_id is not None,
            unit=(lambda: shape.options["currency"]) if "currency" in shape.options else None,
            follows=shape.type.is_worked_out,
            edit=self.edit(shape) if shape.may_change(person) and shape.type.edits_in_place else None,
        )

    def edit(self, shape: FieldShape) -> Edit:
        def control(asking: Asking) -> forms.Field:
            field = shape.type.form_field(shape, required=shape.must_hold)
            return field if not isinstance(shape.type, SeveralOf) else TypedChoices(shape)

        def initial(row: Any) -> Any:
            return initial_of(row, shape)

        def save(*, row: Any, value: Any, base: str, by: Actor) -> Any:
            if str(initial_of(row, shape) if initial_of(row, shape) is not None else "") != base:
                raise EditConflicts(row, [EditConflict(shape.column, shape.kept_in(row.custom), value)])
            kept = shape.type.kept(value, shape)
            return self.change(
                row=row, values={shape.column: kept}, base={shape.column: shape.kept_in(row.custom)}, by=by
            )

        return Edit(control, save=save, initial=initial)

    def joined(self, rows: models.QuerySet, person: Actor) -> models.QuerySet:
        """`rows`, where the paths of the columns (f5__number) lead to their values; joined only where they are used."""
        names = [shape.key for shape in self.shapes_for(person)]
        return rows.annotate(
            **{
                name: FilteredRelation(self.relation, condition=Q(**{f"{self.relation}__field": int(name[1:])}))
                for name in names
            }
        )

    def tells(self, *wheres: Q) -> bool:
        """Whether values alone tell what each of `wheres` finds: it looks at one of the fields, and at nothing else."""
        return all(field_and_condition(where) for where in wheres)

    def told_by_values(self, model: type[models.Model], *wheres: Q, with_trash: bool = False) -> models.QuerySet | None:
        """Values of the rows that all of `wheres` find, if each looks at one of the fields alone; of a row one value.

        The first one leads: its values are read in the order of their rows, in which those of the others lie as well.
        Which rows lie in the trash is asked once, and not of every row.
        """
        parts = [field_and_condition(where) for where in wheres]
        if None in parts:
            return None
        (field, own), *others = parts
        values = self._values()
        beside = (values.filter(own, field_id=other, record_id=OuterRef("record_id")) for other, own in others)
        told = values.filter(own, field_id=field)
        if not with_trash:
            told = told.exclude(record_id__in=self._trashed(model))
        return told.filter(*map(Exists, beside))

    def left_by_values(self, model: type[models.Model], where: Q) -> tuple[models.QuerySet, models.QuerySet] | None:
        """Values of the rows that `where` leaves out, if it asks for nothing but that a field has none; and those of
        them that lie in the trash."""
        asked = where.children[0] if len(where.children) == 1 and not where.negated else None
        if not isinstance(asked, tuple) or asked[1] is not True:
            return None
        part = field_and_condition(Q(**{asked[0]: False}))
        if part is None or not asked[0].endswith("__isnull"):
            return None
        field, own = part
        filled = self._values().filter(own, field_id=field)
        return filled, hide(filled.filter(record_id__in=self._trashed(model)), but={"record"})

    def _values(self) -> models.QuerySet:
        return self.values.objects.as_system("how many rows have a value, to choose between indexes or to count all")

    def _trashed(self, model: type[models.Model]) -> models.QuerySet:
        lies = reduce(or_, (Q(**{f"{path}__isnull": False}) for path in model.trash_paths()))
        return model.objects.as_system("what lies in the trash is left out of a count").filter(lies).values("pk")


def field_and_condition(where: Q) -> tuple[int, Q] | None:
    """The number of the one field that `where` looks at, and what it asks of its values; None where there is more."""
    paths = [child[0] for child in where.children if isinstance(child, tuple)]
    keys = {path.partition("__")[0] for path in paths}
    is_simple = len(paths) == len(where.children) and len(keys) == 1 and not where.negated
    asks_for_none = any(path.endswith("__isnull") and value for path, value in where.children) if is_simple else True
    if asks_for_none or not (key := keys.pop())[1:].isdecimal():
        return None
    own = Q(*((path.partition("__")[2], value) for path, value in where.children), _connector=where.connector)
    return int(key[1:]), own


def initial_of(row: Any, shape: FieldShape) -> Any:
    """What stands in the control of a cell."""
    kept = shape.kept_in(row.custom)
    if kept is None:
        return None
    return shape.said_in(row.custom) if isinstance(shape.type, SeveralOf) else shape.type.python(kept, shape)


class TypedChoices(forms.CharField):
    """Several choices in the one line of a cell, with commas between."""

    def __init__(self, shape: FieldShape) -> None:
        self.shape = shape
        super().__init__(required=shape.must_hold)

    def clean(self, value: str) -> list[str]:
        return self.shape.type.read(None, super().clean(value) or "", None, self.shape) or []
