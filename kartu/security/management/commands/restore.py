from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kartu.security import backup


class Command(BaseCommand):
    help = "Brings back the data of a backup in place of the present data, which is kept. Stop Kartu first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: object, file: Path, **options: object) -> None:
        try:
            kept = backup.bring_back(file)
        except backup.Unusable as why:
            raise CommandError(str(why)) from why
        self.stdout.write(f"Brought back: {file}. The data from before is kept in {kept}. Everybody signs in anew.")
