"""The `kartu` command: a verb, and what it does in one line.

`up` runs without Django, to stay small; every other verb is a management command of the app that knows it.
"""

import os
import sys

VERBS = {
    "up": "run Kartu: web server, worker and clock in one command",
    "check": "verify settings, rights and data; says what is broken",
    "import": "bring clients in from a file",
    "token": "make or end an access token for another program",
    "generate": "fill an empty program with synthetic data, for measurements",
    "demo": "fill an empty program with the demo firm",
    "contributions": "print every registry and who adds what to it",
    "backup": "save the firm's data into one file, also while Kartu runs",
    "restore": "bring back the data of a backup, while Kartu is stopped",
    "work": "run one more worker, on a database that many machines share",
}


def main() -> None:
    words = sys.argv[1:]
    if not words or words[0] in ("help", "-h", "--help"):
        print(overview())
    elif words[0] not in VERBS:
        sys.exit(f"There is no `kartu {words[0]}`.\n\n{overview()}")
    elif words[0] == "up":
        from kartu.project import up  # noqa: PLC0415 - and no other verb pays for it

        sys.exit(up.main(words[1:]))
    else:
        from django.core.management import execute_from_command_line  # noqa: PLC0415 - `up` does without Django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kartu.project.settings")
        execute_from_command_line(["kartu", *words])


def overview() -> str:
    width = max(map(len, VERBS))
    lines = [f"  {verb:<{width}}  {does}" for verb, does in VERBS.items()]
    return "\n".join(["kartu: a CRM on the firm's own computer", "", *lines, "", "`kartu VERB --help` tells more."])
