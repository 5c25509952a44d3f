"""Forms that set sections and fields up, and the part of a record's form that the firm's own fields make."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.firm.models import Role
from kartu.records.custom import actions
from kartu.records.custom.definitions import FieldShape
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
    is_required = forms.BooleanField(label=_("Must be filled in"), required=False)
    see_roles = RolesField(label=_("Who sees it"))
    change_roles = RolesField(label=_("Who changes it"))

    def __init__(self, *args: Any, section: Section, type: str, field: Field | None = None, **options: Any) -> None:
        self.section, self.type, self.field = section, type, field
        super().__init__(*args, initial=initial_of(field) if field else {}, **options)
        if "choice" not in type:
            del self.fields["choices"]

    def clean_choices(self) -> list[str]:
        return self.cleaned_data["choices"].splitlines()

    def save(self, by: Actor) -> Field | None:
        if self.field:
            return self.act(actions.change_field, field=self.field, by=by, **self.cleaned_data)
        return self.act(actions.add_field, section=self.section, type=self.type, by=by, **self.cleaned_data)


def initial_of(field: Field) -> dict[str, Any]:
    told = {name: getattr(field, name) for name in ("name", "is_required", "see_roles", "change_roles")}
    return told | {"choices": "\n".join(label for _key, label in field.options.get("choices", []))}


def controls(shapes: list[FieldShape], by: Actor) -> dict[str, forms.Field]:
    """Name -> control, of those of `shapes` that `by` may change."""
    return {
        shape.key: shape.type.form_field(shape, label=shape.name, required=shape.must_hold)
        for shape in shapes
        if shape.may_change(by)
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
