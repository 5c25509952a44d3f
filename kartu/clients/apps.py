from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ClientsConfig(AppConfig):
    name = "kartu.clients"
    label = "clients"
    rows_are_taken_along = True  # records/everything

    def ready(self) -> None:
        import_module("kartu.clients.contributes")
        rows = import_module("kartu.clients.derived_rows")
        post_migrate.connect(rows.project_those_without, sender=self, dispatch_uid="clients.rows")
