import os
import sys
from getpass import getpass
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kartu.security import backup


class Command(BaseCommand):
    help = "Brings back the data of a backup in place of the present data, which is kept. Stop Kartu first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--key", help="the recovery key, where this computer does not have it (or KARTU_BACKUP_KEY)"
        )

    def handle(self, *args: object, file: Path, key: str | None, **options: object) -> None:
        try:
            kept = bring_back(file, key or os.environ.get("KARTU_BACKUP_KEY") or "")
        except backup.KeyNeeded as why:
            raise CommandError(f"{why} Give the one on paper: kartu restore {file} --key '...'") from why
        except backup.Unusable as why:
            raise CommandError(str(why)) from why
        self.stdout.write(f"Brought back: {file}. The data from before is kept in {kept}. Everybody signs in anew.")
        self.stdout.write("Letters are held until the owner lets them go out: the top of every page says how.")


def bring_back(file: Path, typed: str) -> Path:
    """Bring `file` back with the key that was given; where none was and one is needed, whoever sits there is asked."""
    try:
        return backup.bring_back(file, backup.RecoveryKey.read(typed) if typed else None)
    except backup.KeyNeeded:
        if typed or not sys.stdin.isatty():
            raise
        return backup.bring_back(file, backup.RecoveryKey.read(getpass("The recovery key from the paper: ")))
