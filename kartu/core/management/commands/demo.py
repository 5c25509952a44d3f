"""`kartu demo`: fill an empty data folder with a living firm."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import translation

from kartu.core.demo import fill_demo


class Command(BaseCommand):
    help = "Fill an empty data folder with a demo firm: clients, people, a year of history"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default="en")

    def handle(self, *, language: str, **options: object) -> None:
        if get_user_model().objects.exists():
            raise CommandError("There is a firm in this data folder already. The demo needs an empty one (KARTU_DATA).")
        with transaction.atomic(), translation.override(language):
            fill_demo(language)
        self.stdout.write("The demo firm is ready.")
