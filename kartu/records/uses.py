"""Where a record is used: what hangs on it and goes where it goes, and what elsewhere points at it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db import models

from kartu.core.actors import Actor
from kartu.core.registry import Registry
from kartu.records.custom import references
from kartu.records.lists.linked import Tags
from kartu.records.lists.spec import ListSpec, lists, lists_for
from kartu.security.row_rules import PartRows, PersonalRows
from kartu.security.rows import GuardedModel, is_guarded


@dataclass(frozen=True)
class Use:
    """`count` records called `label`; `is_part`: they go to the trash, and come back, with the record. `url` leads to
    them where there is a list of them."""

    label: str
    count: int
    is_part: bool = False
    url: str = ""


@dataclass(frozen=True)
class Used:
    """A kind of record that can be asked where it is used.

    `find(pk, by)` gives the record, None where `by` must not know of it; `url(record)` is its page. `further(record)`
    tells of what points at it and is no business record (members of a team).
    """

    model: str
    find: Callable[[int, Actor], Any | None]
    url: Callable[[Any], str]
    further: Callable[[Any], list[Use]] | None = None
    order: int = 0

    @property
    def key(self) -> str:
        return self.model


used: Registry[Used] = Registry("records.used", "Kinds of records that can be asked where they are used: a Used.")


def uses_of(row: models.Model, *, by: Actor) -> list[Use]:
    """The kinds of records that point at `row`, parts first, as far as `by` sees them. Personal rows tell nothing."""
    fields = list(pointers_to(type(row)))
    uses = [use_by(field, row, by, is_alone=alone(field, fields)) for field in fields]
    uses += [use_in(pointer, row.pk, by) for pointer in references.pointers_to(row._meta.label_lower, by)]
    kind = used.get(row._meta.label_lower)
    uses += kind.further(row) if kind and kind.further else []
    return sorted((use for use in uses if use.count), key=lambda use: (not use.is_part, use.label))


def alone(field: models.Field, fields: list[models.Field]) -> bool:
    return sum(other.model is field.model for other in fields) == 1


def pointers_to(model: type[models.Model]) -> Iterator[models.Field]:
    """Every foreign key of guarded rows that leads to `model`."""
    for other in apps.get_models():
        if is_guarded(other) and not isinstance(other.row_rule, PersonalRows):
            for field in other._meta.concrete_fields:
                if field.is_relation and field.related_model is model:
                    yield field


def use_by(field: models.Field, row: models.Model, by: Actor, *, is_alone: bool) -> Use:
    model: type[GuardedModel] = field.model
    is_part = isinstance(model.row_rule, PartRows) and model.row_rule.parent == field.name
    count = model.objects.visible_to(by).filter(**{field.name: row}).count()
    what, label, url = listed(field, row)
    name = what or str(model._meta.verbose_name_plural)
    return Use(name if is_alone or not label else f"{name}: {label}", count, is_part, url)


def use_in(pointer: references.Pointer, pk: int, by: Actor) -> Use:
    """By one field of the firm's own."""
    count = pointer.holding(pointer.model.objects.visible_to(by), [pk]).count()
    spec = list_with(pointer, by)
    query = urlencode({"f": f"{pointer.shape.key}:any:{pk}"})
    url = f"{spec.url}?{query}" if spec else ""
    return Use(f"{pointer.entity.label}: {pointer.shape.name}", count, url=url)


def list_with(pointer: references.Pointer, by: Actor) -> ListSpec | None:
    """The list that has the field for a column."""
    holds = (pointer.entity.key, pointer.section.id if pointer.section.is_table else None)
    return next((spec for spec in lists_for(by) if spec.own and (spec.own.entity, spec.own.section_id) == holds), None)


def listed(field: models.Field, row: models.Model) -> tuple[str, str, str]:
    """(what the list calls its rows, what it calls the column, its address with these rows) of a list that has them."""
    for spec in lists:
        for column in spec.columns:
            is_here = spec.model is field.model and column.field == field.attname
            is_tag = isinstance(column.kind, Tags) and (column.kind.through, column.kind.tag) == (
                field.model,
                field.name,
            )
            if is_here or is_tag:
                query = urlencode({"f": f"{column.key}:any:{row.pk}"})
                return str(spec.title), str(column.label), f"{spec.url}?{query}"
    # A field that nobody has named tells a reader nothing ("client").
    return "", str(field.verbose_name) if field._verbose_name else "", ""
