"""Forms that set sections and fields up, and the part of a record's form that the firm's own fields make."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.expressions.words import LONGEST
from kartu.firm.models import Role
from kartu.records.custom import actions
from kartu.records.custom.definitions import FieldShape
from kartu.records.custom.formulas import Names, names_of
from kartu.records.custom.targets import targets
from kartu.records.custom.types import TYPES, Formula, Reference
from kartu.records.models import Field, Section


class RolesField(forms.MultipleChoiceField):
    """Roles of the firm; the owner's is not asked for, since he sees everything."""

    def __init__(self, **options: Any) -> None:
        hint = _("Nobody ticked: everybody who sees the card.")
        super().__init__(widget=forms.CheckboxSelectMultiple, required=False, help_text=hint, **options)
        self.choices = lambda: [(role.pk, str(role)) for role in Role.objects.exclude(code=Role.OWNER).order_by("pk")]

    def clean(self, value: Any) -> list[int]:
        return [int(pk) for pk in super().clean(value)]


class ShapeForm(forms.Form):
    """A form whose `act` puts what an action refuses at the fields that it names."""

    def act(self, action: Any, **arguments: Any) -> Any:
        try:
            return action(**arguments)
        except ValidationError as refused:
            named = refused.error_dict if hasattr(refused, "error_dict") else {None: refused.error_list}
            for name, errors in named.items():
                self.add_error(name if name in self.fields else None, errors)
            return None


class NewSectionForm(ShapeForm):
    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autofocus": True}))

    def save(self, entity: str, kind: str, by: Actor) -> Section | None:
        return self.act(actions.add_section, entity=entity, kind=kind, name=self.cleaned_data["name"], by=by)


class SectionForm(ShapeForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    see_roles = RolesField(label=_("Who sees it"))

    def __init__(self, *args: Any, section: Section, **options: Any) -> None:
        self.section = section
        super().__init__(*args, initial={"name": section.name, "see_roles": section.see_roles}, **options)

    def save(self, by: Actor) -> Section | None:
        return self.act(actions.change_section, section=self.section, by=by, **self.cleaned_data)


class FieldForm(ShapeForm):
    """A new field of `type`, or, with `field`, an old one."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autofocus": True}))
    choices = forms.CharField(
        label=_("Choices"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One in a line. What is left out is offered no more, and stays where it was chosen."),
    )
    formula = forms.CharField(
        label=_("Worked out from"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"}),
        help_text=_(
            "Fields in brackets, + − × /, if(condition, a, b), first(a, b), round(a). "
            'For example: [Price] * 2, if([Price] > 100, "A", "B")'
        ),
    )
    to = forms.ChoiceField(label=_("To what"), choices=lambda: [(each.key, each.label) for each in targets])
    is_required = forms.BooleanField(label=_("Must be filled in"), required=False)
    see_roles = RolesField(label=_("Who sees it"))
    change_roles = RolesField(label=_("Who changes it"))

    def __init__(self, *args: Any, section: Section, type: str, field: Field | None = None, **options: Any) -> None:
        self.section, self.type, self.field = section, type, field
        super().__init__(*args, initial=initial_of(field, section) if field else {}, **options)
        for name in self.left_out():
            del self.fields[name]

    @property
    def is_formula(self) -> bool:
        return self.type == Formula.code

    def left_out(self) -> list[str]:
        """What fields of this type have not."""
        if self.is_formula:
            return ["choices", "to", "is_required", "change_roles"]
        more = ["is_required"] if TYPES[self.type].is_handed_in else []
        has = {"choices": "choice" in self.type, "to": self.type == Reference.code and not self.field}
        # Where there is one kind of record only, nobody is asked which.
        has["to"] = has["to"] and len(list(targets)) > 1
        return ["formula", *more, *(name for name, is_there in has.items() if not is_there)]

    @property
    def names(self) -> list[tuple[str, str]]:
        """(as it is written in a formula, label) of all that this one may be worked out from."""
        key = f"f{self.field.pk}" if self.field else ""
        return names_in(self.section).without(key).offered

    def clean_choices(self) -> list[str]:
        return self.cleaned_data["choices"].splitlines()

    def save(self, by: Actor) -> Field | None:
        if self.field:
            return self.act(actions.change_field, field=self.field, by=by, **self.cleaned_data)
        return self.act(actions.add_field, section=self.section, type=self.type, by=by, **self.cleaned_data)


def names_in(section: Section) -> Names:
    return names_of(section.entity, section.pk if section.is_table else None)


def initial_of(field: Field, section: Section) -> dict[str, Any]:
    told = {name: getattr(field, name) for name in ("name", "is_required", "see_roles", "change_roles")}
    if field.type == Formula.code:
        told["formula"] = names_in(section).readable(field.options["text"])
    return told | {"choices": "\n".join(label for _key, label in field.options.get("choices", []))}


def controls(shapes: list[FieldShape], by: Actor, held: dict[str, Any] | None = None) -> dict[str, forms.Field]:
    """Name -> control, of those of `shapes` that `by` may change, over the values `held`."""
    return {
        shape.key: shape.type.control(shape, by, shape.kept_in(held or {}), label=shape.name, required=shape.must_hold)
        for shape in shapes
        if shape.may_type(by)
    }


def kept_values(form: forms.Form, shapes: list[FieldShape]) -> dict[str, Any]:
    """Column -> kept value, of what stands in a valid form; what a type does not take becomes an error of its field."""
    found = {}
    for shape in shapes:
        if shape.key not in form.cleaned_data:
            continue
        try:
            found[shape.column] = shape.type.kept(form.cleaned_data[shape.key], shape)
        except ValidationError as refused:
            form.add_error(shape.key, refused)
    return found
