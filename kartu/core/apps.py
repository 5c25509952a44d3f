from importlib import import_module

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "kartu.core"
    label = "core"

    def ready(self) -> None:
        import_module("kartu.core.contributes")
        connection_created.connect(import_module("kartu.core.expressions.reckoning").add_functions)
        connection_created.connect(import_module("kartu.core.features").ask_for_json)
        post_migrate.connect(subscribe_new_handlers, sender=self)


def subscribe_new_handlers(**kwargs: object) -> None:
    """Before the first event can be published, every handler has its place in the outbox."""
    import_module("kartu.core.outbox.delivery").subscribe()
