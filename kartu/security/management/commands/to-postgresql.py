from django.core.management.base import BaseCommand, CommandError

from kartu.security import backup


class Command(BaseCommand):
    help = "Moves the firm from the SQLite files into the PostgreSQL database of KARTU_DATABASE. Stop Kartu first."

    def handle(self, *args: object, **options: object) -> None:
        try:
            moved = backup.outgrow(self.tell)
        except backup.Unusable as why:
            raise CommandError(str(why)) from why
        self.stdout.write(f"Moved and compared: {moved.rows} rows of {moved.tables} tables.")
        self.stdout.write(f"The files of SQLite lie in {moved.kept}; nothing reads them any more.")
        self.stdout.write("Start Kartu with KARTU_DATABASE from now on, as a service too, and make a backup.")

    def tell(self, table: str, rows: int) -> None:
        if rows:
            self.stderr.write(f"{table}: {rows}")
