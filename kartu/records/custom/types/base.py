"""What all types of fields have in common."""

import re
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.expressions.schema import TEXT, Type
from kartu.core.text import sort_key
from kartu.records.imports.cells import Cell
from kartu.records.imports.mapping import Kind as ImportKind
from kartu.records.imports.values import DateOrder
from kartu.records.lists.kinds import Kind, Text

if TYPE_CHECKING:
    from kartu.records.custom.definitions import FieldShape

LONGEST_KEY = 320
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class FieldType:
    """`code` stands in the database and never changes. `column`: where lists find the value (`ProjectedValue`).

    `edit` is how a card changes it in place: text, multiline, date, or piece (a control of its own).
    """

    code: ClassVar[str]
    label: ClassVar[Any]
    icon: ClassVar[str] = "forms"
    column: ClassVar[str] = "text"
    edit: ClassVar[str] = "text"
    can_sort: ClassVar[bool] = True
    is_found: ClassVar[bool] = True
    import_kind: ClassVar[ImportKind] = ImportKind.TEXT
    longest: ClassVar[int] = 300
    # Whether a control of its own fits where the value stands, on a card and in a cell.
    edits_in_place: ClassVar[bool] = True
    # Nobody types it: the program works it out.
    is_worked_out: ClassVar[bool] = False
    # Nobody types it: it is handed in on the card of the record, and so stands in no form and no table.
    is_handed_in: ClassVar[bool] = False
    # The rights without which nobody sees or changes it, whatever his role ("": none).
    right: ClassVar[str] = ""
    change_right: ClassVar[str] = ""

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        return forms.CharField(max_length=self.longest, **options)

    def control(self, shape: "FieldShape", by: Actor, kept: Any = None, **options: Any) -> forms.Field:
        """The control for `by`, over the value `kept`."""
        return self.form_field(shape, **options)

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        """What a form's clean value is kept as; None for nothing. ValidationError where it cannot be."""
        text = UNFIT.sub(" ", str(value or "")).strip()
        if len(text) > self.longest:
            raise ValidationError(_("At most %(count)s letters") % {"count": self.longest}, code="too_long")
        return self.spelled(text, shape) if text else None

    def checked(self, value: Any, shape: "FieldShape") -> Any:
        """`value` if it is one that is kept, whoever sends it; ValidationError if not."""
        if value is not None and not isinstance(value, str):
            raise ValidationError(_("This is no text"), code="type")
        return self.kept(value, shape)

    def check_reach(self, kept: Any, shape: "FieldShape", by: Actor, record: Any = None) -> None:
        """ValidationError for a value that only `by` may not write, or not into `record` (None: one that is new)."""

    def points_at(self, shape: "FieldShape") -> str:
        """The model of the rows whose numbers it keeps ("clients.client"); "": it keeps none."""
        return ""

    def rows(self, shape: "FieldShape") -> models.QuerySet:
        """All that it can point at."""
        raise TypeError(f"{self.code} points at nothing")

    def prepare(self, values: list[Any], shape: "FieldShape") -> None:
        """Fetch together what will be told of all `values`, kept in several records."""

    def spelled(self, text: str, shape: "FieldShape") -> str:
        """The one spelling of a text; ValidationError for one that is none."""
        return text

    def python(self, value: Any, shape: "FieldShape") -> Any:
        """A kept value as forms, exports and cells have it."""
        return value

    def said(self, value: Any, shape: "FieldShape") -> str:
        return str(value)

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        """What a cell of an imported file is kept as. ValidationError says what is wrong with it."""
        return self.kept(text, shape)

    def read_by(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape", by: Actor) -> Any:
        """`read`, of a file of `by`."""
        return self.read(cell, text, order, shape)

    def html(self, value: Any, shape: "FieldShape", by: Actor) -> str:
        """A kept value as `by` sees it on a card, escaped; "" where it is what `said` gives."""
        return ""

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        """The values of `column` that a kept value is found by."""
        return [sort_key(value)[:LONGEST_KEY]]

    def found_by(self, value: Any, shape: "FieldShape") -> list[dict[str, Any]]:
        """The rows, by their columns, that a kept value is found by (`ProjectedValue`)."""
        return [{self.column: each} for each in self.projected(value, shape)]

    def kind(self, shape: "FieldShape") -> Kind:
        return Text()

    def expressed(self, shape: "FieldShape") -> Type | None:
        """The type of its values in formulas; None: it cannot stand there."""
        return TEXT

    def operand(self, value: Any, shape: "FieldShape") -> Any:
        """A kept value as formulas reckon with it."""
        return self.python(value, shape)

    def options(self, shape: "FieldShape") -> list[tuple[Any, str]]:
        """(value, label) of what formulas may call by its label."""
        return []
