"""Changing a row that others may be changing too: lock it, merge what was typed, check it, write it."""

import re
from copy import copy
from dataclasses import replace
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import CharField, Field, Model, TextField
from django.utils.translation import gettext as _

from kartu.clients.events import ClientChanged
from kartu.clients.models import Client
from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.core.veils import is_veiled
from kartu.records.changes import EditConflicts, merge_edit
from kartu.security.columns import set_value, value_of
from kartu.security.rows import GuardedModel

Row = TypeVar("Row", bound=GuardedModel)


def locked(row: Row, by: Actor) -> Row:
    """`row` read anew, locked until the transaction ends."""
    rows = type(row).objects.visible_to(by, row.row_rule.change)
    try:
        return rows.select_for_update(of=("self",)).get(pk=row.pk)
    except type(row).DoesNotExist:
        raise ValidationError(_("This was moved to the trash meanwhile"), code="gone") from None


def put(row: Row, values: dict[str, Any], base: dict[str, Any] | None, by: Actor) -> tuple[Row, list[str]]:
    """`row`, locked, with `values` merged in over `base`, unsaved; and the columns that are new.

    Raises EditConflicts where somebody else has changed the same column since `base` was read.
    """
    fresh = locked(row, by)
    values = {
        column: value if "." in column else tidy(row._meta.get_field(column), value) for column, value in values.items()
    }
    before = {column: value_of(fresh, column) for column in values}
    if base is None:
        for column, value in values.items():
            set_value(fresh, column, value)
    elif conflicts := merge_edit(fresh, under_masks(fresh, base, by), values):
        fresh.veil_from(by)
        raise EditConflicts(fresh, [replace(each, theirs=value_of(fresh, each.column)) for each in conflicts])
    return fresh, [column for column in values if before[column] != value_of(fresh, column)]


def out_of_trash(row: Row, by: Actor, right: str) -> Row:
    """`row`, locked, taken out of the trash, unsaved. Raises ValidationError where it lies there no more."""
    rows = type(row).objects.visible_to(by, right, trashed=True).select_for_update(of=("self",))
    fresh = rows.filter(pk=row.pk, trashed_at__isnull=False).first()
    if fresh is None:
        raise ValidationError(_("This is not in the trash any more"), code="gone")
    fresh.trashed_at = None
    return fresh


def under_masks(row: GuardedModel, base: dict[str, Any], by: Actor) -> dict[str, Any]:
    """`base` with what stands on `row` where `by` saw no more than the mask of it, and that is still the same."""
    shown = copy(row)
    shown.veil_from(by)
    columns = [column for column in base if "." not in column and is_veiled(getattr(shown, column))]
    return base | {each: getattr(row, each) for each in columns if base[each] == getattr(shown, each)}


def only(values: dict[str, Any], columns: frozenset[str]) -> dict[str, Any]:
    """`values`, if all of them may be typed by a person; anything else is a mistake of the program, or an attack."""
    if unknown := values.keys() - columns:
        raise TypeError(f"not to be changed here: {', '.join(sorted(unknown))}")
    return values


def check(row: Model) -> None:
    """Raise ValidationError for texts that are too long, missing or not among the choices."""
    relations = [field.name for field in row._meta.concrete_fields if field.is_relation]
    for field in row._meta.concrete_fields:
        setattr(row, field.attname, tidy(field, getattr(row, field.attname)))
    row.clean_fields(exclude=relations)


CONTROL = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]+")


def tidy(field: Field, value: Any) -> Any:
    """A text as it may be kept: one line without spaces around where the column is one line, and never a zero byte."""
    if not isinstance(value, str):
        return value
    if isinstance(field, TextField):
        return value.replace("\x00", "").replace("\r\n", "\n").strip()
    return CONTROL.sub(" ", value).strip() if isinstance(field, CharField) else value


def tell_change(client_id: int, fields: list[str], by: Actor) -> None:
    if fields:
        publish(ClientChanged(client_id, tuple(sorted(fields)), by.pk))


def belongs(part: GuardedModel | None, client: Client) -> None:
    """Raise ValidationError when `part` is of another client."""
    if part is not None and part.client_id != client.pk:
        raise ValidationError(_("This belongs to another client"), code="foreign")
