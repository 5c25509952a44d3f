"""The `kartu` command: a verb, and what it does in one line.

`up` and `service` run without Django, to stay small; every other verb is a management command of the app that knows it.
"""

import os
import sys

VERBS = {
    "up": "run Kartu: web server, worker and clock in one command",
    "service": "let Kartu start with the computer: install, remove or show",
    "check": "verify settings, rights and data; says what is broken",
    "import": "bring clients in from a file",
    "audit": "verify that nobody has altered the log",
    "token": "make or end an access token for another program",
    "recover": "let somebody in who has lost password and phone, an owner too",
    "find-culprit": "say who took a file out that turned up somewhere",
    "generate": "fill an empty program with synthetic data, for measurements",
    "demo": "fill an empty program with the demo firm",
    "contributions": "print every registry and who adds what to it",
    "backup": "save the firm's data into one file, also while Kartu runs",
    "export-all": "write everything the firm has into one file of open formats",
    "restore": "bring back the data of a backup, while Kartu is stopped",
    "to-postgresql": "move the data from SQLite into PostgreSQL",
    "reindex": "make the search index anew, also while Kartu runs",
    "work": "run one more worker, on a database that several machines share",
}
WITHOUT_DATA = {"contributions", "restore"}


def main() -> None:
    verb, words = (sys.argv[1:2] or ["--help"])[0], sys.argv[2:]
    if verb in ("help", "-h", "--help"):
        print(overview())
        return
    if verb not in VERBS:
        sys.exit(f"There is no `kartu {verb}`.\n\n{overview()}")
    if verb == "up":
        if "--lan" in words:
            os.environ["KARTU_LAN"] = "1"  # before anybody asks where we listen; the children inherit it
        from kartu.project import up  # noqa: PLC0415 - and no other verb pays for it

        sys.exit(up.main(words))
    if verb == "service":
        from kartu.project import service  # noqa: PLC0415 - as above

        sys.exit(service.main(words))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kartu.project.settings")
    if not {"-h", "--help", *WITHOUT_DATA} & {verb, *words}:
        from kartu.project import prepare  # noqa: PLC0415 - loads Django

        prepare.make_ready()
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - `up` does without Django

    if verb == "check":
        # First what can be known without data: settings, declared rights. Then the data itself.
        execute_from_command_line(["kartu", "check"])
        verb = "verify"
    execute_from_command_line(["kartu", verb, *words])


def overview() -> str:
    width = max(map(len, VERBS))
    lines = [f"  {verb:<{width}}  {does}" for verb, does in VERBS.items()]
    return "\n".join(["kartu: a CRM on the firm's own computer", "", *lines, "", "`kartu VERB --help` tells more."])
