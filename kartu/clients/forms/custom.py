"""Fields of the firm's own in the forms of clients."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from kartu.clients import actions
from kartu.clients.actions.custom import ENTITY, by_key, fields_of_table
from kartu.clients.forms.base import ActionForm, MergingForm
from kartu.clients.models import Client, ClientRow
from kartu.core.actors import Actor
from kartu.records.custom.definitions import FieldShape, fields_for, section_for
from kartu.records.custom.forms import controls, kept_values
from kartu.records.custom.showing import Values, is_shown


class OwnFields:
    """What forms do with the firm's own fields: they are called f5 here and "custom.5" by actions."""

    shapes: list[FieldShape]

    def field_of(self, column: str) -> str | None:
        named = {shape.column: shape.key for shape in self.shapes}
        return super().field_of(named.get(column, column))

    @property
    def kept(self) -> dict[str, Any]:
        return kept_values(self, self.shapes)

    def clean(self) -> dict[str, Any]:
        self.typed_values = self.kept
        self.require_what_is_shown()
        return self.cleaned_data

    def require_what_is_shown(self) -> None:
        """A field with a condition must be filled in only where it is shown."""
        for shape in self.shapes:
            is_empty = shape.column in self.typed_values and self.typed_values[shape.column] is None
            if is_empty and shape.is_required and shape.is_conditional and shape.key not in self.not_shown:
                self.add_error(shape.key, forms.Field.default_error_messages["required"])

    @property
    def hangs_on_others(self) -> bool:
        """Whether a field is shown or not for what stands in others."""
        return any(shape.is_conditional for shape in self.shapes)

    @cached_property
    def not_shown(self) -> frozenset[str]:
        """The names of fields whose condition does not hold for what stands in the form."""
        shapes = [shape for shape in self.shapes if shape.is_conditional]
        values = self.values() if shapes else None
        return frozenset(shape.key for shape in shapes if not is_shown(shape, values))

    def values(self) -> Values:
        """What conditions look at: the record as it would be if the form were saved now."""
        raise NotImplementedError

    def place_of(self, bound: forms.BoundField) -> dict[str, Any]:
        is_conditional = any(shape.is_conditional and shape.key == bound.name for shape in self.shapes)
        is_hidden = bound.name in self.not_shown and not bound.errors
        return super().place_of(bound) | {"is_conditional": is_conditional, "is_hidden": is_hidden}


class OwnForm(OwnFields, MergingForm):
    """The fields of one section of a client, or one of them, or a row of a table."""

    def __init__(
        self, *args: Any, row: Client | ClientRow, shapes: list[FieldShape], by: Actor, **options: Any
    ) -> None:
        self.by = by
        self.shapes = [shape for shape in shapes if shape.may_type(by)]
        self.by_key = {shape.key: shape for shape in self.shapes}
        self.controls = controls(self.shapes, by, row.custom)
        super().__init__(*args, row=row, **options)
        self.fields.update(self.controls)

    @property
    def wide(self) -> frozenset[str]:
        return frozenset(shape.key for shape in self.shapes if shape.type.code in ("long", "choices"))

    def names(self) -> list[str]:
        return list(self.by_key)

    def column_of(self, name: str) -> str:
        return self.by_key[name].column

    def values_now(self) -> dict[str, Any]:
        return {shape.column: shape.kept_in(self.row.custom) for shape in self.shapes}

    def control_of(self, name: str) -> forms.Field:
        return self.controls[name]

    def shown_of(self, name: str, kept: Any) -> Any:
        shape = self.by_key[name]
        try:
            return None if kept is None else shape.type.python(kept, shape)
        except (ValueError, TypeError, ArithmeticError):
            return None  # what was seen comes back from the browser, which may send anything

    def values(self) -> Values:
        typed = self.typed_values if self.is_bound else self.values_now()
        return Values(ENTITY, self.row, custom={**self.row.custom, **by_key(typed)})

    def value_of(self, name: str) -> Any:
        return self.typed_values.get(self.column_of(name))

    def save(self) -> Client | ClientRow | None:
        action = actions.change_row if isinstance(self.row, ClientRow) else actions.set_custom
        return self.merge(action, by=self.by, **{"row" if isinstance(self.row, ClientRow) else "client": self.row})

    def read(self, name: str, text: str) -> Any:
        """The kept value that `text` of one control stands for; what the row holds where it stands for none."""
        shape = self.by_key[name]
        try:
            return shape.type.kept(self.fields[name].clean(text), shape)
        except ValidationError:
            return self.saw[shape.column]


class NewRowForm(OwnFields, ActionForm):
    """A row of a table section."""

    def __init__(self, *args: Any, client: Client, section_id: int, by: Actor, **options: Any) -> None:
        self.client, self.section_id, self.by = client, section_id, by
        self.shapes = [shape for shape in fields_of_table(section_id, by) if shape.may_type(by)]
        super().__init__(*args, **options)
        self.fields.update(controls(self.shapes, by))

    def save(self) -> ClientRow | None:
        return self.act(
            actions.add_row, client=self.client, section_id=self.section_id, values=self.typed_values, by=self.by
        )


def fields_of_section(section_id: int, by: Actor) -> list[FieldShape]:
    """The fields of one section on the card; none where `by` does not see it."""
    section = section_for(ENTITY, section_id, by)
    return list(section.fields) if section and not section.is_table else []


def fields_of_client(by: Actor) -> list[FieldShape]:
    return fields_for(ENTITY, by)
