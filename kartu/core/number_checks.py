"""Refuses the field types that SQLite keeps as floats."""

from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.db import models

INEXACT = (models.DecimalField, models.FloatField)


@checks.register(checks.Tags.models)
def no_inexact_numbers(app_configs: list[AppConfig] | None, **options: Any) -> list[checks.CheckMessage]:
    """No model of Kartu has a DecimalField or FloatField: money and quantities have fields of their own."""
    ours = [app for app in app_configs or apps.get_app_configs() if app.name.startswith("kartu.")]
    return [
        checks.Error(
            f"{field} is a {type(field).__name__}, which SQLite keeps as a float",
            hint="Use MoneyField, QuantityField or UnitPriceField of kartu.core.fields.",
            obj=field,
            id="kartu.E100",
        )
        for app in ours
        for model in app.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if isinstance(field, INEXACT)
    ]
