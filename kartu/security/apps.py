from importlib import import_module

from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "kartu.security"
    label = "security"

    def ready(self) -> None:
        import_module("kartu.security.contributes")
