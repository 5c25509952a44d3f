"""Which tables and which of their fields are taken along.

An app says by `rows_are_taken_along = True` of its AppConfig that its tables are; a model of any app says otherwise by
`taken_along` of its own. So what the program keeps for itself, and what opens doors, stays in unless somebody said so.
"""

import re
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import models

from kartu.security.rows import GuardedModel

WHY = "everything the firm has, to be taken along by its owner"
# Whatever model it stands in: such a field opens something, here or elsewhere.
SECRET = re.compile(r"password|secret|sealed|token|digest|seed|salt|session|private|credential|challenge|code_hash")
# A digest that proves and opens nothing.
NO_SECRET = {"security.auditrow.digest", "security.seal.digest"}


def models_of_ours() -> Iterator[type[models.Model]]:
    for app in settings.KARTU_APPS:
        yield from apps.get_app_config(app).get_models()


def taken() -> list[type[models.Model]]:
    return [model for model in models_of_ours() if is_taken(model)]


def left() -> list[type[models.Model]]:
    return [model for model in models_of_ours() if not is_taken(model)]


def is_taken(model: type[models.Model]) -> bool:
    default = getattr(apps.get_app_config(model._meta.app_label), "rows_are_taken_along", False)
    return getattr(model, "taken_along", default)


def fields_of(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.local_concrete_fields if not is_secret(field)]


def secrets_of(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.local_concrete_fields if is_secret(field)]


def is_secret(field: models.Field) -> bool:
    return bool(SECRET.search(field.name)) and f"{field.model._meta.label_lower}.{field.name}" not in NO_SECRET


def rows_of(model: type[models.Model]) -> models.QuerySet:
    """All rows in the order of their numbers, those in the trash too."""
    guarded = issubclass(model, GuardedModel)
    rows = model.objects.as_system(WHY) if guarded else model._base_manager.all()
    return rows.order_by("pk")


def schema_of(model: type[models.Model]) -> dict:
    """What the columns of a table mean, as it stands in schema.json."""
    told = {
        "table": model._meta.label_lower,
        "what": str(model._meta.verbose_name),
        "doc": "" if is_written_by_django(model) else " ".join(model.__doc__.split()),
        "columns": [described(field) for field in fields_of(model)],
    }
    if hidden := [field.name for field in secrets_of(model)]:
        told["left out"] = hidden
    return told


def is_written_by_django(model: type[models.Model]) -> bool:
    return (model.__doc__ or "").startswith(f"{model.__name__}(")


def described(field: models.Field) -> dict:
    told = {"name": field.attname, "type": type(field).__name__, "label": str(field.verbose_name)}
    if field.primary_key:
        told["is the number of the row"] = True
    if field.null:
        told["may be empty"] = True
    if field.is_relation:
        told["refers to"] = f"{field.related_model._meta.label_lower}.{field.target_field.name}"
    if field.choices:
        told["values"] = {str(value): str(label) for value, label in field.flatchoices}
    return told
