from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kartu.firm.models import Role, User
from kartu.records.everything.taking import into_folder


class Command(BaseCommand):
    help = "Writes everything the firm has into one zip file of open formats. Kartu may go on running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the file goes")
        parser.add_argument("--owner", default="", metavar="EMAIL", help="in whose name; else of the first owner")

    def handle(self, *args: object, folder: Path, owner: str, **options: object) -> None:
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        owners = User.objects.active().filter(role__code=Role.OWNER).order_by("pk")
        by = (owners.filter(email__iexact=owner) if owner else owners).first()
        if by is None:
            raise CommandError(f"There is no owner {owner}." if owner else "The firm has no owner yet.")
        try:
            path, taken = into_folder(folder, by=by, purpose=f"kartu export-all {folder}")
        except ValidationError as why:
            raise CommandError(" ".join(why.messages)) from why
        self.stdout.write(f"{path}: {taken.rows} rows, {taken.files} files, {path.stat().st_size / 2**20:.1f} MB.")
        for name in taken.lost:
            self.stdout.write(f"Not there any more: {name}")
        self.stdout.write("It is as open as a book: keep it where only you can read it.")
