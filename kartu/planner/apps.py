from importlib import import_module

from django.apps import AppConfig


class PlannerConfig(AppConfig):
    name = "kartu.planner"
    label = "planner"
    rows_are_taken_along = True  # records/everything

    def ready(self) -> None:
        import_module("kartu.planner.contributes")
