from django.core.management.base import BaseCommand

from kartu.core.registry import Registry


class Command(BaseCommand):
    help = "Prints every registry, what it is for, and who adds what to it."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        for name in sorted(Registry.all):
            registry = Registry.all[name]
            self.stdout.write(f"{name}  (read by {registry.owner})\n  {registry.doc}")
            for key, module in registry.contributions():
                self.stdout.write(f"    {key:<36} {module}")
            self.stdout.write("")
