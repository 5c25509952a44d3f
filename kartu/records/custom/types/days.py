"""Days and moments."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core import formats
from kartu.core.expressions.schema import DAY, MOMENT, Type
from kartu.records.custom.types.base import FieldType
from kartu.records.imports.cells import Cell
from kartu.records.imports.mapping import Kind as ImportKind
from kartu.records.imports.values import DateOrder, parse_moment
from kartu.records.lists.days import Day, Moment
from kartu.records.lists.kinds import Kind

if TYPE_CHECKING:
    from kartu.records.custom.definitions import FieldShape


class Date(FieldType):
    code, label = "date", gettext_lazy("Date")
    icon = "calendar"
    column, edit = "day", "date"
    is_found = False
    import_kind = ImportKind.DATE

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def checked(self, value: Any, shape: "FieldShape") -> Any:
        try:
            return None if value is None else self.kept(date.fromisoformat(value), shape)
        except (TypeError, ValueError):
            raise ValidationError(_("There is no such day"), code="date") from None

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        if value in (None, ""):
            return None
        day = value if isinstance(value, date) else self.form_field(shape).clean(str(value))
        if not 1000 <= day.year <= 9000:
            raise ValidationError(_("There is no such day"), code="date")
        return day.isoformat()

    def python(self, value: Any, shape: "FieldShape") -> date:
        return date.fromisoformat(value)

    def said(self, value: Any, shape: "FieldShape") -> str:
        return formats.format_date(date.fromisoformat(value))

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        moment = parse_moment(cell, order)
        if moment is None:
            raise ValidationError(_("There is no such day"), code="date")
        return self.kept(moment.date(), shape)

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [date.fromisoformat(value)]

    def kind(self, shape: "FieldShape") -> Kind:
        return Day()

    def expressed(self, shape: "FieldShape") -> Type | None:
        return DAY


class DateTime(FieldType):
    code, label = "moment", gettext_lazy("Date and time")
    icon = "clock"
    column, edit = "moment", "piece"
    is_found = False
    import_kind = ImportKind.DATE

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        spelling = "%Y-%m-%dT%H:%M"
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=spelling)
        return forms.DateTimeField(widget=widget, input_formats=[spelling, f"{spelling}:%S"], **options)

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        if value in (None, ""):
            return None
        moment = value if isinstance(value, datetime) else parse_datetime(str(value))
        if moment is None:
            moment = self.form_field(shape).clean(str(value))
        moment = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
        if not 1001 <= moment.year <= 8999:  # a day more or less in another part of the world
            raise ValidationError(_("There is no such day"), code="date")
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def python(self, value: Any, shape: "FieldShape") -> datetime:
        return datetime.fromisoformat(value)

    def said(self, value: Any, shape: "FieldShape") -> str:
        return formats.format_datetime(datetime.fromisoformat(value))

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        moment = parse_moment(cell, order)
        if moment is None:
            raise ValidationError(_("There is no such day"), code="date")
        return self.kept(moment, shape)

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [datetime.fromisoformat(value)]

    def kind(self, shape: "FieldShape") -> Kind:
        return Moment()

    def expressed(self, shape: "FieldShape") -> Type | None:
        return MOMENT
