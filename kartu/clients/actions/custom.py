"""Fields of the firm's own: their values on a client, and the rows of its table sections."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.actions.editing import locked, put, tell_change
from kartu.clients.models import Client, ClientRow
from kartu.clients.rights import CHANGE
from kartu.core.actors import Actor
from kartu.records.custom.definitions import FieldShape, fields_for, is_closed, section_for
from kartu.records.custom.showing import Values, is_shown
from kartu.records.custom.values import checked
from kartu.records.models import Section
from kartu.security.actions import Refused, action

ENTITY = Client._meta.label_lower


@action(CHANGE)
def set_custom(*, client: Client, values: dict[str, Any], base: dict[str, Any] | None = None, by: Actor) -> Client:
    """Write `values` ("custom.5" -> what its type keeps, None: nothing) over `base`, what the person saw.

    Raises ValidationError by those names, EditConflicts, and Refused for a field that `by` does not see or change.
    """

    def shows(shape: FieldShape, found: dict[str, Any]) -> bool:
        return shown_on(locked(client, by))(shape, found)

    values = checked(fields_for(ENTITY, by), values, by, record=client, is_shown=shows)
    fresh, changed = put(client, values, base, by)
    if changed:
        fresh.save()
        tell_change(fresh.pk, changed, by)
    return fresh


def shown_on(client: Client, **columns: Any) -> Callable[[FieldShape, dict[str, Any]], bool]:
    """Whether `client` shows a field once the values that were `found` are its own; `columns`: values of its list."""
    return lambda shape, found: is_shown(
        shape, Values(ENTITY, client, custom={**client.custom, **by_key(found)}, columns=columns)
    )


def by_key(values: dict[str, Any]) -> dict[str, Any]:
    return {column.partition(".")[2]: value for column, value in values.items()}


@action(CHANGE)
def add_row(*, client: Client, section_id: int, values: dict[str, Any], by: Actor) -> ClientRow:
    """A row of the table section `section_id`; `values` as in `set_custom`."""
    row = ClientRow(client=client, section_id=section_id)
    row.custom = kept(checked(fields_of_table(section_id, by), values, by, is_new=True))
    if not row.custom:
        raise ValidationError(_("Nothing is written here"), code="empty")
    row.save()
    tell_change(client.pk, ["custom_rows"], by)
    return row


def kept(values: dict[str, Any]) -> dict[str, Any]:
    """`values` by columns, as `custom` holds them."""
    return {key: value for key, value in by_key(values).items() if value is not None}


def fields_of_table(section_id: int, by: Actor) -> list[FieldShape]:
    section = section_for(ENTITY, section_id, by, Section.Kind.TABLE)
    if section is None:
        raise Refused(f"sight of section {section_id}")
    return list(section.fields)


@action(CHANGE)
def change_row(*, row: ClientRow, values: dict[str, Any], base: dict[str, Any] | None = None, by: Actor) -> ClientRow:
    """Write `values` into a row of a table section."""
    fresh, changed = put(row, checked(fields_of_table(row.section_id, by), values, by), base, by)
    if changed:
        fresh.save()
        tell_change(fresh.client_id, ["custom_rows"], by)
    return fresh


@action(CHANGE)
def remove_row(*, row: ClientRow, by: Actor) -> ClientRow:
    """To the trash. Refused for whoever may not see or change one of the values in it: all of them would be gone."""
    fields_of_table(row.section_id, by)
    fresh = locked(row, by)
    if closed := [column for column in (f"custom.{key}" for key in fresh.custom) if is_closed(column, by)]:
        raise Refused(f"removal of {closed[0]}")
    fresh.trashed_at = timezone.now()
    fresh.save()
    tell_change(fresh.client_id, ["custom_rows"], by)
    return fresh
