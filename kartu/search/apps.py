from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def install_storage(using: str, **kwargs: object) -> None:
    import_module("kartu.search.storage").install(using)


def index_newly_searched(using: str, **kwargs: object) -> None:
    import_module("kartu.search.newcomers").index_newly_searched(using)


class SearchConfig(AppConfig):
    name = "kartu.search"
    label = "search"

    def ready(self) -> None:
        import_module("kartu.search.contributes")
        post_migrate.connect(install_storage, sender=self)
        post_migrate.connect(index_newly_searched, sender=self)
