"""What the forms of this app share."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kartu.clients.history import guarded_names, own_field, plain_names, told
from kartu.firm.models import User
from kartu.records.changes import EditConflict, EditConflicts
from kartu.security.audit import plain
from kartu.security.models.audit import AuditRow
from kartu.security.rows import GuardedModel

Words = str | Promise


class Layout:
    """How `clients/form.html` lays a form out: `wide` fields take both columns, `optional` says why one may stay empty,
    `more` are folded away under "More"."""

    wide: ClassVar[frozenset[str]] = frozenset()
    optional: ClassVar[dict[str, Words]] = {}
    more: ClassVar[frozenset[str]] = frozenset()

    def laid_out(self) -> list[dict[str, Any]]:
        return [self.place_of(bound) for bound in self.visible_fields() if bound.name not in self.more]

    def folded(self) -> list[dict[str, Any]]:
        return [self.place_of(bound) for bound in self.visible_fields() if bound.name in self.more]

    @property
    def is_unfolded(self) -> bool:
        """Whether something under "More" is wrong or has been filled in."""
        return any(name in self.errors or self[name].value() for name in self.more)

    def place_of(self, bound: forms.BoundField) -> dict[str, Any]:
        return {
            "bound": bound,
            "wide": bound.name in self.wide,
            "optional": self.optional.get(bound.name, ""),
            "conflict": getattr(self, "conflicts", {}).get(bound.name),
        }


class ActionForm(Layout, forms.Form):
    """A form whose `save` calls an action; what the action refuses stands at the fields it names."""

    def act(self, action: Callable[..., Any], **arguments: Any) -> Any:
        """The action's result, or None with errors at the fields."""
        try:
            return action(**arguments)
        except ValidationError as refused:
            self.take_errors(refused)
            return None

    def take_errors(self, refused: ValidationError) -> None:
        if not hasattr(refused, "error_dict"):
            self.add_error(None, refused)
            return
        for name, errors in refused.error_dict.items():
            self.add_error(self.field_of(name), errors)

    def field_of(self, column: str) -> str | None:
        """The field that shows what is wrong with `column`; None: the form itself."""
        for name in (column, column.removesuffix("_id")):
            if name in self.fields:
                return name
        return None


class MergingForm(ActionForm):
    """Changes a row that others may be changing: it carries the values that the person saw.

    `row` is the row as it stands now. What is typed merges over what was seen; a column that somebody else has changed
    meanwhile is shown with both values: saving once more keeps one's own, the button `theirs` takes the other's.
    """

    base = forms.CharField(widget=forms.HiddenInput, required=False)
    # Fields whose column is called otherwise.
    columns: ClassVar[dict[str, str]] = {}

    def __init__(self, data: Any = None, *, row: GuardedModel, **options: Any) -> None:
        self.row = row
        self.conflicts: dict[str, dict[str, str]] = {}
        self.sent = sent_base(data)
        self.saw = self.values_now() | {each: value for each, value in (self.sent or {}).items() if self.shows(each)}
        self.takes_theirs = bool(data) and data.get("theirs") in self.names()
        initial = {name: self.shown_of(name, self.saw[self.column_of(name)]) for name in self.names()}
        initial |= {"base": json.dumps(self.saw), **options.pop("initial", {})}
        super().__init__(self.completed(data), initial=initial, **options)

    def completed(self, data: Any) -> Any:
        """`data` with theirs, where they are taken, and with what stands in fields that the page did not have yet."""
        if self.sent is None:
            return data
        new = [name for name in self.names() if self.column_of(name) not in self.sent and name not in data]
        if not new and not self.takes_theirs:
            return data
        data = data.copy()
        data["base"] = json.dumps(self.saw)
        for name in [*new, data["theirs"]] if self.takes_theirs else new:
            data.setlist(name, self.sent_of(name, self.saw[self.column_of(name)]))
        return data

    def names(self) -> list[str]:
        return [name for name in self.base_fields if name != "base"]

    def column_of(self, name: str) -> str:
        return self.columns.get(name, name)

    def shows(self, column: str) -> bool:
        return any(column == self.column_of(name) for name in self.names())

    def control_of(self, name: str) -> forms.Field:
        return self.base_fields[name]

    def shown_of(self, name: str, kept: Any) -> Any:
        """A value of the field's column as its control takes it."""
        return kept

    def sent_of(self, name: str, kept: Any) -> list[str]:
        """What a page that shows `kept` sends."""
        control = self.control_of(name)
        shown = control.widget.format_value(control.prepare_value(self.shown_of(name, kept)))
        return shown if isinstance(shown, list) else [shown or ""]

    def values_now(self) -> dict[str, Any]:
        """Column -> value as JSON keeps it, of all that the form shows."""
        return {self.column_of(name): plain(getattr(self.row, self.column_of(name))) for name in self.names()}

    def typed(self) -> dict[str, Any]:
        """Column -> value of what the person has changed against what he saw."""
        changed = [name for name in self.names() if not self.is_untouched(name)]
        values = {self.column_of(name): self.value_of(name) for name in changed}
        return {column: value for column, value in values.items() if not is_same(value, self.saw[column])}

    def is_untouched(self, name: str) -> bool:
        """Whether it came back as it was shown: of a moment the seconds are not, nor how lines were ended."""
        shown = self.sent_of(name, self.saw[self.column_of(name)])
        return getlist(self.data, name) == [plain_lines(text) for text in shown]

    def value_of(self, name: str) -> Any:
        value = self.cleaned_data.get(name)
        return value.pk if hasattr(value, "pk") else value

    def merge(self, action: Callable[..., Any], **arguments: Any) -> Any:
        """`act` with `values` and `base`; None when something is wrong, or waits for a choice (`conflicts`)."""
        try:
            return self.act(action, values=self.typed(), base=self.saw, **arguments)
        except EditConflicts as met:
            self.show_conflicts(met)
            return None

    def show_conflicts(self, met: EditConflicts) -> None:
        """Show both values, and carry theirs as seen from now on, so that saving again keeps one's own."""
        names = {self.column_of(name): name for name in self.names()}
        self.conflicts = {names[each.column]: self.in_words(met.row, each) for each in met.conflicts}
        theirs = {each.column: plain(each.theirs) for each in met.conflicts}
        self.data = self.data.copy()
        self.data["base"] = json.dumps({**self.saw, **theirs})
        self.add_error(None, _("Somebody else changed the same while you typed. Save again to keep yours."))

    def in_words(self, row: GuardedModel, conflict: EditConflict) -> dict[str, str]:
        """What stands at the field: who was faster, and the value that stands there now."""
        written = AuditRow.objects.filter(object_type=row._meta.label_lower, object_id=row.pk).order_by("-id").first()
        who = User.objects.filter(pk=written.actor_id).first() if written else None
        return {"who": who.name if who else "", "theirs": self.spoken(row, conflict.column, plain(conflict.theirs))}

    def spoken(self, row: GuardedModel, column: str, value: Any) -> str:
        if shape := own_field(column):
            return shape.said_in({str(shape.id): value})
        field = next(each for each in row._meta.concrete_fields if each.attname == column)
        wanted = {field.related_model: {value}} if field.is_relation and value else {}
        return told(field, value, plain_names(wanted) | guarded_names(wanted))


def is_same(value: Any, seen: Any) -> bool:
    """Whether a typed `value` is what was seen, as JSON keeps it; a moment is typed to the minute."""
    if isinstance(value, datetime) and isinstance(seen, str) and (moment := parse_datetime(seen)):
        return value == moment.replace(second=0, microsecond=0)
    return plain(value) == seen


def sent_base(data: Any) -> dict[str, Any] | None:
    """Column -> value that the page showed which `data` comes from; None where it does not say."""
    try:
        sent = json.loads((data or {}).get("base", ""))
    except ValueError:
        return None
    return sent if isinstance(sent, dict) else None


def getlist(data: Any, name: str) -> list[str]:
    values = data.getlist(name) if hasattr(data, "getlist") else [data.get(name, "")]
    return [plain_lines(value) for value in values]


def plain_lines(text: Any) -> str:
    return str(text).replace("\r\n", "\n")
