"""`kartu generate`: very many made-up clients, for measurements. Refuses a firm that is at work."""

import time

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kartu.clients.generate import Generator, Volume
from kartu.clients.models import Client
from kartu.firm.models import Firm, Role, Team, User


class Command(BaseCommand):
    help = "Fill an empty data folder with made-up clients at any scale, for measurements"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clients", type=int, default=100_000)
        parser.add_argument("--touches", type=float, default=2.0, help="of each client, on the average")
        parser.add_argument("--language", choices=["mixed", "en", "id", "ru"], default="mixed")
        parser.add_argument("--people", type=int, default=20, help="colleagues to share the clients among")
        parser.add_argument(
            "--no-audit", action="store_true", help="leave out the rows of the log (checks will say so)"
        )
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, **options: object) -> None:
        if Client.objects.as_system("looking whether the firm is at work already").exists():
            raise CommandError("This data folder holds clients already. Set KARTU_DATA to an empty folder.")
        self.ensure_people(options["people"])
        started = time.monotonic()
        volume = Volume(
            clients=options["clients"],
            touches=options["touches"],
            audit=not options["no_audit"],
            language=options["language"],
            seed=options["seed"],
        )
        Generator(volume).run(lambda done: self.stdout.write(f"{done} clients", ending="\r"))
        self.stdout.write(f"{volume.clients} clients in {time.monotonic() - started:.0f} s")

    @staticmethod
    def ensure_people(count: int) -> None:
        """A firm with an owner and sellers in teams of five; all sign in as person<N>@example.com, `measure-me`."""
        Firm.objects.get_or_create(pk=1, defaults={"name": "Kartu measured", "country": "ID", "currency": "IDR"})
        roles = {role.code: role for role in Role.objects.all()}
        for number in range(User.objects.count(), count):
            team, _ = Team.objects.get_or_create(name=f"Team {number // 5 + 1}")
            code = "owner" if number == 0 else "head" if number % 5 == 0 else "seller"
            User.objects.create_user(
                f"person{number}@example.com", "measure-me", name=f"Person {number}", role=roles[code], team=team
            )
