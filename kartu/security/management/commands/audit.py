"""`kartu audit verify [--anchor NUMBER:HASH]`: has anybody altered the log?"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kartu.security.seals.findings import Outcome
from kartu.security.seals.verifying import Anchor, NoAnchor, verify_log


class Command(BaseCommand):
    help = "Compare the whole log with its seals. Ends with 1 where anything was altered, and says what first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser("verify", help="read the whole log; people may go on working")
        verify.add_argument(
            "--anchor",
            metavar="NUMBER:HASH",
            help="a seal that you know from a letter, or from the manifest of a backup: the log must lead through it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
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
