from importlib import import_module

from django.apps import AppConfig


class FirmConfig(AppConfig):
    name = "kartu.firm"
    label = "firm"

    def ready(self) -> None:
        import_module("kartu.firm.contributes")
