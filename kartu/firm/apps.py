from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def ensure_roles(using: str, **kwargs: object) -> None:
    import_module("kartu.firm.roles").ensure(using)


class FirmConfig(AppConfig):
    name = "kartu.firm"
    label = "firm"

    def ready(self) -> None:
        import_module("kartu.firm.contributes")
        post_migrate.connect(ensure_roles, sender=self)
