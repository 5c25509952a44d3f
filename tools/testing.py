"""`start.py test`: all that this machine can prove, and a plain list of what it cannot."""

import argparse
import json
import subprocess
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from tools import machine, postgres, setup
from tools.setup import ROOT, Missing

# Two at a time, in two calls: what starts and kills processes mostly waits for them, all else keeps the machine busy.
# A call costs reading all tests and making the tables in each worker, so quick tests and browsers share one; browsers
# come last in it (conftest.py).
PROCESSES = ["-n", "2", "--dist", "loadgroup", "-m", "processes"]
PARTS = {
    "SQLite": (["-n", "2", "-m", "not processes"], PROCESSES),
    # What stands on the screen, and what asks no database, was proved above.
    "PostgreSQL": (["-n", "2", "-m", "not processes and not looks and not no_database"], PROCESSES),
}
NO_TESTS_CHOSEN = 5  # pytest's exit code
# The samples stand beside the project where it is developed, and are not part of it.
MAY_BE_ABSENT = "samples are not here"


def main(words: list[str]) -> int:
    """Run the tests; returns 0 when all that ran passed, and with --strict only when nothing was skipped."""
    parser = argparse.ArgumentParser(prog="start.py test", description="Run the tests; further words go to pytest.")
    parser.add_argument("--strict", action="store_true", help="fail on any skip but absent samples")
    chosen, rest = parser.parse_known_args(words)
    setup.everything()
    setup.packages("test")
    with tempfile.TemporaryDirectory(prefix="kartu-test-", ignore_cleanup_errors=True) as folder:
        run = Run(Path(folder), chosen.strict)
        if not rest:
            run.lint()
        run.suite("SQLite", "", rest)
        with ExitStack() as stack:
            try:
                address = stack.enter_context(postgres.server())
            except Missing as missing:
                run.skipped["the whole suite on PostgreSQL", str(missing)] += 1
            else:
                run.suite("PostgreSQL", address, rest)
        return run.report()


class Run:
    """One run of everything, with its account."""

    def __init__(self, folder: Path, strict: bool) -> None:
        self.folder = folder
        self.strict = strict
        self.failed: dict[str, list[str]] = {}
        self.seconds: dict[str, float] = {}
        self.outcomes: Counter[str] = Counter()
        self.skipped: Counter[tuple[str, str]] = Counter()
        if not machine.browser():
            print("No browser was found: its tests will be skipped.")

    def lint(self) -> None:
        self.step("Style", ["-m", "ruff", "check", "."])
        self.step("Directions of imports", ["-c", "from importlinter.cli import lint_imports_command as c; c()"])
        self.step("Migrations are complete", ["manage.py", "makemigrations", "--check", "--dry-run"])

    def suite(self, title: str, address: str, words: list[str]) -> None:
        for number, options in enumerate([words] if words else PARTS[title]):
            account, part = self.folder / f"{title}-{number}.jsonl", f"Tests on {title}: {' '.join(options)}"
            self.step(
                part,
                ["-m", "pytest", *options],
                allowed=NO_TESTS_CHOSEN,
                KARTU_DATABASE=address,
                KARTU_TEST_ACCOUNT=str(account),
            )
            self.read(account, part)

    def step(self, title: str, words: list[str], allowed: int = 0, **variables: str) -> None:
        print(f"\n== {title}", flush=True)
        began = time.monotonic()
        environment = {**setup.environment(), **variables, "KARTU_DATA": str(self.folder / "data")}
        environment["TMPDIR"] = str(self.folder)  # so that all goes away at the end, also what a killed process left
        code = subprocess.call([setup.python(), *words], cwd=ROOT, env=environment)
        self.seconds[title] = time.monotonic() - began
        if code not in (0, allowed):
            self.failed.setdefault(title, [])

    def read(self, account: Path, part: str) -> None:
        """Add what the account (conftest.py) says of a part."""
        if not account.exists():
            return
        for line in account.read_text().splitlines():
            entry = json.loads(line)
            self.outcomes[entry["outcome"]] += 1
            if entry["outcome"] == "skipped":
                self.skipped[entry["test"], entry["reason"]] += 1
            elif entry["outcome"] == "failed":
                self.failed.setdefault(part, []).append(f"{entry['test']} ({entry['phase']})")

    def report(self) -> int:
        """Say in plain lines what was skipped and what failed; returns the exit code."""
        print()
        for (what, why), times in sorted(self.skipped.items()):
            print(f"Skipped{f' {times} times' if times > 1 else ''}: {what}: {why}")
        serious = [why for _what, why in self.skipped if MAY_BE_ABSENT not in why]
        if self.strict and serious:
            self.failed[f"{len(serious)} skips, none of which --strict allows"] = []
        for title, seconds in self.seconds.items():
            print(f"{seconds // 60:3.0f} min {seconds % 60:2.0f} s: {title}")
        for title, tests in self.failed.items():
            print(f"FAILED: {title}", *tests, sep="\n  ")
        counts = [f"{self.outcomes[outcome]} {outcome}" for outcome in ("passed", "failed", "skipped")]
        print(", ".join(counts), flush=True)
        return 1 if self.failed or not self.outcomes["passed"] else 0
