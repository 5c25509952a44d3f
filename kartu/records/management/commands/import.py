"""`kartu import FILE [--what KIND] [--dry-run] [--user EMAIL]`: the same import as on the page, its result in words."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from kartu.firm.models import Role, User
from kartu.records.imports import acts, engine
from kartu.records.imports.importers import importers
from kartu.records.imports.layouts import plan_of
from kartu.records.models import Import

State = Import.State


class Command(BaseCommand):
    help = "Bring clients or tasks in from a file: Excel, LibreOffice, CSV or vCard."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--what", default="clients", metavar="KIND", help="what the rows are: clients, tasks")
        parser.add_argument("--dry-run", action="store_true", help="only check the rows, write nothing")
        parser.add_argument("--user", default="", metavar="EMAIL", help="who brings them in; default: the owner")
        parser.add_argument("--dates", choices=["dmy", "mdy"], default="", help="the order of dates that do not tell")
        parser.add_argument(
            "--keep-bad", action="store_true", help="put what cannot be read into the note, and take the row"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by, path, importer = person(options["user"]), options["file"], importers.get(options["what"])
        if importer is None:
            raise CommandError(f"--what is one of: {', '.join(sorted(each.key for each in importers))}")
        if not path.is_file():
            raise CommandError(f"There is no file {path}")
        with path.open("rb") as file:
            try:
                source = acts.drop_file(importer=importer, file=File(file), name=path.name, by=by, inline=True)
            except ValidationError as refused:
                raise CommandError(" ".join(refused.messages)) from None
        if source.state == State.REFUSED:
            raise CommandError(source.refusal)
        self.tell_columns(source)
        answers = source.answers | ({"dates": options["dates"]} if options["dates"] else {})
        if options["keep_bad"]:
            answers["bad"] = "note"
        try:
            acts.decide(source=source, targets={}, answers=answers, by=by, inline=True)
        except ValidationError as missing:
            raise CommandError(" ".join(missing.messages)) from None
        source.refresh_from_db()
        if not options["dry_run"] and source.new_count:
            acts.start(source=source, by=by, inline=True)
            source.refresh_from_db()
        self.tell_result(source)

    def tell_columns(self, source: Import) -> None:
        targets = engine.importer_of(source).targets_for(source.by)
        for choice in plan_of(source).choices:
            title = plan_of(source).titles.get(choice.at) or f"({choice.at + 1})"
            label = targets[choice.target].label if choice.target in targets else "-"
            self.stdout.write(f"  {title} -> {label}")

    def tell_result(self, source: Import) -> None:
        for row in source.rows.all().iterator(1000):
            reasons = "; ".join(f"{problem[1]} {problem[2]}".strip() for problem in row.problems)
            self.stdout.write(f"row {row.number}: {row.get_fate_display()}: {reasons}")
        counts = (source.read_count, source.new_count, source.same_count, source.rejected_count)
        self.stdout.write("{} rows read, {} new, {} already here, {} not taken".format(*counts))
        self.stdout.write(str(source.get_state_display()))


def person(email: str) -> User:
    """The person called `email`, or the first owner."""
    people = User.objects.select_related("role").filter(is_active=True)
    found = people.filter(email__iexact=email) if email else people.filter(role__code=Role.OWNER)
    by = found.order_by("pk").first()
    if by is None:
        raise CommandError("There is no such person" if email else "There is no owner yet: open Kartu first")
    return by
