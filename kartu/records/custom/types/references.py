"""A field that points at a record: a client, or what apps above add to `records.custom.targets`."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.actors import Actor
from kartu.core.expressions.schema import Type
from kartu.core.widgets import Picker
from kartu.records.custom import kinds
from kartu.records.custom.targets import Target, targets
from kartu.records.custom.types.base import FieldType
from kartu.records.lists.kinds import Kind

if TYPE_CHECKING:
    from kartu.records.custom.definitions import FieldShape


class Reference(FieldType):
    """Kept is the number of the record. `options` of its field: {"to": the model of the target}."""

    code, label = "reference", gettext_lazy("Link to a record")
    icon = "arrow-up-right"
    column, edit = "number", "piece"
    can_sort = is_found = edits_in_place = False

    @staticmethod
    def target(shape: "FieldShape") -> Target:
        return targets[shape.options["to"]]

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        return forms.IntegerField(min_value=1, **options)

    def control(self, shape: "FieldShape", by: Actor, kept: Any = None, **options: Any) -> forms.Field:
        """What `by` reaches is offered; what stands there already is kept as it stands, though he may not reach it."""
        target = self.target(shape)
        rows = target.rows()
        rows = rows.filter(Q(pk__in=target.reachable(by).order_by().values("pk")) | Q(pk=kept))
        widget = Picker(target.pick_url(), new_url=target.new_url(by))
        return forms.ModelChoiceField(rows, widget=widget, **options)

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        pk = getattr(value, "pk", value)
        if pk in (None, ""):
            return None
        if isinstance(pk, bool) or not str(pk).isdecimal() or len(str(pk)) > 18:
            raise ValidationError(_("There is no such record"), code="reference")
        return int(pk)

    def checked(self, value: Any, shape: "FieldShape") -> Any:
        return self.kept(value, shape)

    def check_reach(self, kept: Any, shape: "FieldShape", by: Actor, record: Any = None) -> None:
        if kept is not None and not self.target(shape).reachable(by).filter(pk=kept).exists():
            raise ValidationError(_("There is no such record"), code="reference")

    def points_at(self, shape: "FieldShape") -> str:
        return shape.options["to"]

    def rows(self, shape: "FieldShape") -> QuerySet:
        return self.target(shape).rows()

    def said(self, value: Any, shape: "FieldShape") -> str:
        return self.target(shape).name_of(value)

    def html(self, value: Any, shape: "FieldShape", by: Actor) -> str:
        target = self.target(shape)
        name, url = target.name_of(value), target.url_for(value, by)
        if not url:
            return name
        return format_html('<a class="ink" href="{}" data-preview="{}">{}</a>', url, target.look(value), name)

    def prepare(self, values: list[Any], shape: "FieldShape") -> None:
        self.target(shape).told(value for value in values if isinstance(value, int))

    def read_by(self, cell: Any, text: str, order: Any, shape: "FieldShape", by: Actor) -> Any:
        found = self.target(shape).called(text, by)
        if not found:
            raise ValidationError(_("Nothing here is called “%(name)s”") % {"name": text[:80]}, code="reference")
        if len(found) > 1:
            told = _("Several are called “%(name)s”: write the number of the one that is meant, like #17")
            raise ValidationError(told % {"name": text[:80]}, code="several")
        return found[0]

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [value]

    def kind(self, shape: "FieldShape") -> Kind:
        return kinds.ReferenceTo(self.target(shape))

    def expressed(self, shape: "FieldShape") -> Type | None:
        return None
