import sys

from django.core.management.base import BaseCommand, CommandParser

from kartu.security.invariants import Finding, verify
from kartu.security.invariants.declarations import passages
from kartu.security.invariants.registry import invariants


class Command(BaseCommand):
    help = "Verifies what must always hold of the data. Kartu may go on running. Exit code 1: something is broken."
    requires_system_checks = "__all__"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("keys", nargs="*", help="only these, like I1 or I6.values; without any: all")

    def handle(self, *args: object, keys: list[str], **options: object) -> None:
        findings = []
        for finding in verify(keys):
            self.tell(finding)
            findings.append(finding)
        if not findings:
            sys.exit(f"There is no check called {' or '.join(keys)}. There are: {', '.join(i.key for i in invariants)}")
        self.tell_passages()
        broken = [finding for finding in findings if not finding.is_well]
        if broken:
            sys.exit(f"{len(broken)} of {len(findings)} checks found something broken.")
        self.stdout.write(f"All {len(findings)} checks passed.")

    def tell(self, finding: Finding) -> None:
        word = "ok    " if finding.is_well else "BROKEN"
        self.stdout.write(f"{word}  {finding.invariant.key:<16} {finding.invariant.doc}")
        for line in finding.broken:
            self.stdout.write(f"          {line}")
        if more := finding.count - len(finding.broken):
            self.stdout.write(f"          and {more} more")

    def tell_passages(self) -> None:
        found = passages()
        self.stdout.write(f"\nThe program reads past the rights, for itself, at {len(found)} places:")
        for passage in found:
            self.stdout.write(f"          {passage}")
