"""Where a record is used: what hangs on it and goes where it goes, and what elsewhere points at it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from kartu.core.actors import Actor
from kartu.security.rows import GuardedModel, PartRows, PersonalRows, is_guarded


@dataclass(frozen=True)
class Use:
    """`count` records called `label`; `is_part`: they go to the trash, and come back, with the record."""

    label: str
    count: int
    is_part: bool


def uses_of(row: GuardedModel, *, by: Actor) -> list[Use]:
    """The kinds of records that point at `row`, parts first, as far as `by` sees them. Personal rows tell nothing."""
    uses = [use_by(field, row, by) for field in pointers_to(type(row))]
    return sorted((use for use in uses if use.count), key=lambda use: (not use.is_part, use.label))


def pointers_to(model: type[models.Model]) -> Iterator[models.Field]:
    """Every foreign key of guarded rows that leads to `model`."""
    for other in apps.get_models():
        if is_guarded(other) and not isinstance(other.row_rule, PersonalRows):
            for field in other._meta.concrete_fields:
                if field.is_relation and field.related_model is model:
                    yield field


def use_by(field: models.Field, row: GuardedModel, by: Actor) -> Use:
    model = field.model
    is_part = isinstance(model.row_rule, PartRows) and model.row_rule.parent == field.name
    count = model.objects.visible_to(by).filter(**{field.name: row}).count()
    return Use(str(model._meta.verbose_name_plural), count, is_part)
