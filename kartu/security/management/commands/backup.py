from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kartu.security import backup
from kartu.security.backup.keeping import file_name


class Command(BaseCommand):
    help = "Saves all data of the firm into one file, sealed with the recovery key. Kartu may go on running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="default: a new file in the data folder's backups/")
        parser.add_argument("--unsealed", action="store_true", help="a plain zip file that whoever finds it can read")

    def handle(self, *args: object, file: Path | None, unsealed: bool, **options: object) -> None:
        name = file_name(is_sealed=not unsealed)
        path = file or Path(settings.DATA_DIR) / "backups" / name
        if path.is_dir():
            path = path / name
        if path.exists():
            raise CommandError(f"{path} exists already. Choose another name.")
        is_first = not unsealed and not backup.keyring()
        key = None if unsealed else backup.in_use()
        try:
            backup.save(path, key=key)
        except backup.Unusable as why:
            raise CommandError(str(why)) from why
        self.stdout.write(f"Saved: {path} ({path.stat().st_size / 2**20:.1f} MB). Keep a copy on another machine.")
        if is_first and key:
            self.stdout.write(
                f"\nIt opens with this recovery key only. Print it and keep it elsewhere:\n\n  {key.text}\n"
            )
