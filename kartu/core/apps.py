from importlib import import_module

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "kartu.core"
    label = "core"

    def ready(self) -> None:
        import_module("kartu.core.contributes")
