from importlib import import_module

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    name = "kartu.clients"
    label = "clients"

    def ready(self) -> None:
        import_module("kartu.clients.contributes")
