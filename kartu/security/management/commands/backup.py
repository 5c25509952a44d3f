from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kartu.security import backup


class Command(BaseCommand):
    help = "Saves all data of the firm into one file. Kartu may go on running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="default: a new file in the data folder's backups/")

    def handle(self, *args: object, file: Path | None, **options: object) -> None:
        moment = timezone.now().strftime("%Y-%m-%d-%H%M%S")
        path = file or Path(settings.DATA_DIR) / "backups" / f"kartu-{moment}.zip"
        if path.is_dir():
            path = path / f"kartu-{moment}.zip"
        if path.exists():
            raise CommandError(f"{path} exists already. Choose another name.")
        try:
            backup.save(path)
        except backup.Unusable as why:
            raise CommandError(str(why)) from why
        self.stdout.write(f"Saved: {path} ({path.stat().st_size / 2**20:.1f} MB). Keep a copy on another machine.")
