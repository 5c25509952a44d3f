"""`kartu find-culprit FILE`: who took this file or paper out, when, under which number."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kartu.records.culprit import find_culprit, said


class Command(BaseCommand):
    help = "Say who took a file out of Kartu: a list for Excel, also saved again as CSV, or a printed PDF."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the file that was found")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}")
        found = find_culprit(path)
        if found is None:
            raise CommandError("Nothing in this file tells where it comes from.")
        for line in said(found):
            self.stdout.write(line)
