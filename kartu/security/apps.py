from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def install_triggers(using: str, **kwargs: object) -> None:
    import_module("kartu.security.triggers").install(using)


class SecurityConfig(AppConfig):
    name = "kartu.security"
    label = "security"

    def ready(self) -> None:
        import_module("kartu.security.contributes")
        post_migrate.connect(install_triggers, sender=self)
