"""What is chosen: yes or no, of a list of the field's own, a colleague."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.actors import Actor
from kartu.core.expressions.schema import YESNO, Type
from kartu.core.expressions.schema import Kind as Sort
from kartu.core.text import fold
from kartu.firm.models import User
from kartu.records.custom import kinds
from kartu.records.custom.types.base import FieldType
from kartu.records.imports.cells import Cell
from kartu.records.imports.mapping import Kind as ImportKind
from kartu.records.imports.values import DateOrder, parse_bool
from kartu.records.lists.kinds import Choice, Kind
from kartu.records.lists.linked import Person
from kartu.security import origin

if TYPE_CHECKING:
    from kartu.records.custom.definitions import FieldShape


class YesNo(FieldType):
    code, label = "flag", gettext_lazy("Yes or no")
    icon = "checkbox"
    column, edit = "number", "piece"
    is_found = False
    import_kind = ImportKind.FLAG

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        choices = [("", "–"), ("yes", _("yes")), ("no", _("no"))]
        return forms.ChoiceField(choices=choices, **options)

    def checked(self, value: Any, shape: "FieldShape") -> Any:
        return self.kept(value, shape)

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        if isinstance(value, bool) or value in (None, ""):
            return value if isinstance(value, bool) else None
        if value not in ("yes", "no"):
            raise ValidationError(_("Choose yes or no"), code="flag")
        return value == "yes"

    def python(self, value: Any, shape: "FieldShape") -> Any:
        return "yes" if value else "no"

    def said(self, value: Any, shape: "FieldShape") -> str:
        return _("yes") if value else _("no")

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        said = parse_bool(text)
        if said is None:
            raise ValidationError(_("Choose yes or no"), code="flag")
        return said

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [int(value)]

    def kind(self, shape: "FieldShape") -> Kind:
        return kinds.YesNo()

    def expressed(self, shape: "FieldShape") -> Type | None:
        return YESNO

    def operand(self, value: Any, shape: "FieldShape") -> Any:
        return value


class OneOf(FieldType):
    code, label = "choice", gettext_lazy("Choice")
    icon = "circle-dot"
    edit = "piece"

    @staticmethod
    def choices(shape: "FieldShape") -> list[tuple[str, str]]:
        """(key, label) of what is offered."""
        return [(key, label) for key, label in shape.options.get("choices", ())]

    def known(self, shape: "FieldShape") -> list[tuple[str, str]]:
        """Those that are offered no more too: they may stand in records."""
        return [*self.choices(shape), *((key, label) for key, label in shape.options.get("out", ()))]

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        return forms.ChoiceField(choices=[("", "–"), *self.choices(shape)], **options)

    def control(self, shape: "FieldShape", by: Actor, kept: Any = None, **options: Any) -> forms.Field:
        """What is offered no more stays where it was chosen, and so it can be chosen there."""
        control = self.form_field(shape, **options)
        held = set(kept) if isinstance(kept, list) else {kept}
        left = held - dict(self.choices(shape)).keys()
        control.choices = [*control.choices, *((key, label) for key, label in self.known(shape) if key in left)]
        return control

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        if value in (None, ""):
            return None
        if value not in dict(self.known(shape)):
            raise ValidationError(_("There is no such choice"), code="choice")
        return value

    def said(self, value: Any, shape: "FieldShape") -> str:
        return dict(self.known(shape)).get(value, str(value))

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        return chosen(text, self.choices(shape))

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [value]

    def kind(self, shape: "FieldShape") -> Kind:
        return Choice(choices=tuple(self.known(shape)))

    def expressed(self, shape: "FieldShape") -> Type | None:
        return Type(Sort.ONE, of=shape.key)

    def options(self, shape: "FieldShape") -> list[tuple[Any, str]]:
        return self.known(shape)


def chosen(text: str, choices: list[tuple[str, str]]) -> str:
    """The key of the choice that is called `text`."""
    key = {fold(label): key for key, label in choices}.get(fold(text))
    if key is None:
        raise ValidationError(_("“%(name)s” is none of the choices") % {"name": text[:80]}, code="choice")
    return key


class SeveralOf(OneOf):
    code, label = "choices", gettext_lazy("Several choices")
    icon = "list-check"
    can_sort = False
    import_kind = ImportKind.LIST

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        widget = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(choices=self.choices(shape), widget=widget, **options)

    def checked(self, value: Any, shape: "FieldShape") -> Any:
        return self.kept(value, shape)

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        if not isinstance(value, list | tuple):
            value = [value] if value else []
        known = dict(self.known(shape))
        if any(not isinstance(each, str) or each not in known for each in value):
            raise ValidationError(_("There is no such choice"), code="choice")
        return [key for key in known if key in value] or None

    def said(self, value: Any, shape: "FieldShape") -> str:
        known = dict(self.known(shape))
        return ", ".join(known.get(each, each) for each in value)

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        parts = [part.strip() for part in re.split(r"[;,|\n]", text) if part.strip()]
        return self.kept([chosen(part, self.choices(shape)) for part in parts], shape)

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return list(value)

    def expressed(self, shape: "FieldShape") -> Type | None:
        return Type(Sort.MANY, of=shape.key)


class Colleague(FieldType):
    code, label = "person", gettext_lazy("Colleague")
    icon = "user"
    column, edit = "number", "piece"
    is_found = False

    def form_field(self, shape: "FieldShape", **options: Any) -> forms.Field:
        return forms.ModelChoiceField(User.objects.active(), empty_label="–", **options)

    def control(self, shape: "FieldShape", by: Actor, kept: Any = None, **options: Any) -> forms.Field:
        """A colleague who has left stays where he was named."""
        control = self.form_field(shape, **options)
        if isinstance(kept, int):
            control.queryset = User.objects.filter(Q(pk__in=control.queryset.values("pk")) | Q(pk=kept))
        return control

    def checked(self, value: Any, shape: "FieldShape") -> Any:
        return self.kept(value, shape)

    def kept(self, value: Any, shape: "FieldShape") -> Any:
        pk = value.pk if isinstance(value, User) else value
        if pk in (None, ""):
            return None
        if isinstance(pk, bool) or not str(pk).isdecimal() or not User.objects.filter(pk=int(pk)).exists():
            raise ValidationError(_("There is no such colleague"), code="person")
        return int(pk)

    def said(self, value: Any, shape: "FieldShape") -> str:
        """All names are asked for once in a request: a table and a history say very many of them."""
        names = origin.current().memory
        if "colleagues" not in names:
            names["colleagues"] = dict(User.objects.values_list("pk", "name"))
        return names["colleagues"].get(value, "")

    def read(self, cell: Cell, text: str, order: DateOrder, shape: "FieldShape") -> Any:
        found = [pk for pk, name in User.objects.active().values_list("pk", "name") if fold(name) == fold(text)]
        if len(found) != 1:
            raise ValidationError(_("No colleague is called so"), code="person")
        return found[0]

    def projected(self, value: Any, shape: "FieldShape") -> list[Any]:
        return [value]

    def kind(self, shape: "FieldShape") -> Kind:
        return Person(User)

    def expressed(self, shape: "FieldShape") -> Type | None:
        return Type(Sort.ONE, of="firm.user")

    def options(self, shape: "FieldShape") -> list[tuple[Any, str]]:
        return list(User.objects.values_list("pk", "name"))
