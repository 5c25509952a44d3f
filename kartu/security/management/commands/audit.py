"""`kartu audit verify [--anchor NUMBER:HASH]`: has anybody altered the log? `kartu audit erase`: what it may forget."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kartu.core.actors import System
from kartu.firm.models import User
from kartu.security.models import LogRetention
from kartu.security.seals import archive
from kartu.security.seals.erasing import erase_told
from kartu.security.seals.findings import Outcome
from kartu.security.seals.retaining import YEAR, drop_acts, drop_views
from kartu.security.seals.verifying import Anchor, NoAnchor, verify_log


class Command(BaseCommand):
    help = "Compare the whole log with its seals, or erase what it told of somebody who was deleted for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser(
            "verify", help="read the whole log, while people work; ends with 1 where anything was altered"
        )
        verify.add_argument(
            "--anchor",
            metavar="NUMBER:HASH",
            help="a seal that you know from a letter, or from the manifest of a backup: the log must lead through it",
        )
        erase = verbs.add_parser("erase", help="empty what the log told of a row and of all that hung on it")
        erase.add_argument("kind", help="clients.client")
        erase.add_argument("number", type=int, help="the number that it had in its address")
        erase.add_argument("--user", required=True, metavar="EMAIL", help="who does it; the log names him")
        retain = verbs.add_parser("retain", help="drop from the log what is older than so many years; its seals stay")
        retain.add_argument("--years", required=True, type=int, help="how many are kept")
        retain.add_argument("--acts", action="store_true", help="what was done, not who looked; goes to a file first")
        kept = verbs.add_parser("archive", help="compare a file of dropped acts with the seals of the log")
        kept.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        {"verify": self.verify, "erase": self.erase, "retain": self.retain, "archive": self.archive}[options["verb"]](
            options
        )

    def retain(self, options: dict) -> None:
        store = "acts" if options["acts"] else "views"
        years, least = options["years"], LogRetention.LEAST[store]
        if years < least:
            raise CommandError("At least the last year is kept" if least == 1 else f"At least {least} years are kept")
        before = timezone.now() - YEAR * years
        drop, word = (drop_acts, "acts") if options["acts"] else (drop_views, "looks")
        count = drop(before=before, by=System(f"kartu audit retain --years {years}"))
        self.stdout.write(f"{count} {word} from before {before:%Y-%m-%d} were dropped; their seals stay.")

    def archive(self, options: dict) -> None:
        try:
            count, found = archive.verify(options["file"])
        except archive.NoArchive as broken:
            raise CommandError(f"This is no archive of the log: {broken}") from None
        for finding in found[: Outcome.SHOWN]:
            self.stdout.write(f"BROKEN  {finding}")
        if found:
            sys.exit(1)
        self.stdout.write(f"{count} acts, all as they were sealed.")

    def erase(self, options: dict) -> None:
        person = User.objects.select_related("role").filter(email__iexact=options["user"], is_active=True).first()
        if person is None:
            raise CommandError("There is no such person, or the access is closed")
        try:
            count = erase_told(object_type=options["kind"], object_id=options["number"], by=person)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from None
        except PermissionDenied:
            raise CommandError(f"{person} may not erase from the log") from None
        self.stdout.write(f"{count} lines were emptied. That something stood there stays proved.")

    def verify(self, options: dict) -> None:
        try:
            anchor = Anchor.parse(options["anchor"]) if options["anchor"] else None
        except NoAnchor:
            raise CommandError("An anchor is a number, a colon and 64 letters and digits, as in the letter") from None
        outcome = verify_log(anchor)
        self.tell(outcome)
        if not outcome.is_whole:
            sys.exit(1)

    def tell(self, outcome: Outcome) -> None:
        for finding in outcome.findings:
            self.stdout.write(f"BROKEN  {finding}")
        if more := outcome.count - len(outcome.findings):
            self.stdout.write(f"        and {more} more")
        self.stdout.write(
            f"{outcome.rows} lines under {outcome.seals} seals were read, {outcome.waiting} are not sealed yet."
        )
        if outcome.is_whole:
            head = f" The newest seal is {outcome.head}" if outcome.head else ""
            self.stdout.write(f"Nothing was altered.{head}")
