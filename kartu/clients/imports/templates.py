"""The table to be filled in: our heads, those of the firm's own tables, an example row, lists to choose from."""

from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.clients.imports.fields import TARGETS, label_in, tables_for
from kartu.clients.imports.givens import DIRECTORIES_BY_FIELD
from kartu.clients.models import Client
from kartu.clients.rights import CREATE, receivers
from kartu.core.actors import Actor
from kartu.core.text import fold
from kartu.records.custom.definitions import FieldShape
from kartu.records.imports.importers import Template
from kartu.records.imports.texts import said_everywhere

COLUMNS = (
    *(
        "name",
        "kind",
        "person",
        "position",
        "phone",
        "email",
        "site",
        "street",
        "city",
        "postcode",
        "country",
        "tax_id",
    ),
    *("status", "category", "source", "tags", "responsible", "about", "birthday", "note"),
)
EXAMPLE_NAME = gettext_lazy("Example: delete this row")


def template(by: Actor) -> Template:
    example = {
        "name": str(EXAMPLE_NAME),
        "kind": str(Client.Kind.COMPANY.label),
        "person": _("Anna Lee"),
        "position": _("Director"),
        "phone": _("0812-345-678, 0812-345-679"),
        "email": "anna@example.com",
        "tags": _("regular, wholesale"),
        "note": _("2025-01-31 called, wants a price"),
    }
    values: dict[str, list[str]] = {
        "kind": [str(kind.label) for kind in Client.Kind],
        "responsible": [person.name for person in receivers(by, CREATE)],
    }
    for field, model in DIRECTORIES_BY_FIELD.items():
        values[field] = list(model.objects.filter(is_active=True).values_list("name", flat=True))
    heads = {key: str(TARGETS[key].label) for key in COLUMNS}
    for section in tables_for(by):
        heads |= {shape.key: label_in(section, shape) for shape in section.fields}
        values |= {shape.key: offered_in(shape) for shape in section.fields}
    cells: list[Any] = [example.get(key) for key in heads]
    offered = {at: values[key] for at, key in enumerate(heads) if values.get(key)}
    return Template(_("Clients"), list(heads.values()), cells, offered)


def offered_in(shape: FieldShape) -> list[str]:
    """What a cell of the field can hold, where it holds one of several values."""
    control = shape.type.form_field(shape)
    if not isinstance(control, forms.ChoiceField) or isinstance(control, forms.MultipleChoiceField):
        return []
    return [str(label) for value, label in control.choices if value != ""]


def is_example(name: str) -> bool:
    """Whether a row is the one that the table came with."""
    return fold(name) in examples()


@cache
def examples() -> frozenset[str]:
    return frozenset(map(fold, said_everywhere(EXAMPLE_NAME)))
