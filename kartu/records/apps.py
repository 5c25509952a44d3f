from importlib import import_module

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "kartu.records"
    label = "records"
    rows_are_taken_along = True  # records/everything

    def ready(self) -> None:
        import_module("kartu.records.contributes")
