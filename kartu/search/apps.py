from importlib import import_module

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "kartu.search"
    label = "search"

    def ready(self) -> None:
        import_module("kartu.search.contributes")
