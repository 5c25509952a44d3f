from importlib import import_module

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "kartu.records"
    label = "records"

    def ready(self) -> None:
        import_module("kartu.records.contributes")
