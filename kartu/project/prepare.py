"""Checks the settings and brings the database up to date: the first child of `kartu up`, which ends again.

The last line it prints is JSON for its parent: {"first_page": the path to open in the browser}.
"""

import json
import os
import sys

from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from kartu.core import running
from kartu.core.loading import load
from kartu.project import place


def main() -> int:
    if place.DEBUG and not place.IS_LOOPBACK:
        print("KARTU_DEBUG shows the program's inside: it is only for 127.0.0.1, not for KARTU_BIND.", file=sys.stderr)
        return 1
    unfinished = running.unfinished(place.DATA_DIR)
    if unfinished not in ("", running.OF_AN_UPGRADE):
        print("A `kartu restore` was interrupted, and the data is half old, half new: run it again.", file=sys.stderr)
        return 1
    load()
    try:
        problem = (go_back() if unfinished else "") or ahead() or bring_up_to_date(behind())
    except OperationalError as error:
        problem = f"The database cannot be used: {str(error).strip()}"
    if problem:
        print(problem, file=sys.stderr)
        return 1
    close_ledgers()
    tell_start()
    print(json.dumps({"first_page": first_page()}))
    return 0


def bring_up_to_date(old: list[str]) -> str:
    """Make the tables of a new database, or renew those of an old one, whose data are saved first (decision 0096).

    Returns what went wrong, in one line; "" where nothing did.
    """
    from kartu.security.backup import upgrade  # noqa: PLC0415 - models exist only after load()

    if not old:
        upgrade.finish()
        return ""
    if not has_data(old) or os.environ.get("KARTU_UPGRADE_WITHOUT_BACKUP") == "1":
        migrate(old)
        return ""
    try:
        upgrade.safely(lambda: migrate(old))
    except upgrade.Failed as failed:
        return str(failed)
    return ""


def go_back() -> str:
    """Finish taking back an update that had failed, which was cut off in the middle; what went wrong, or ""."""
    from kartu.security.backup import upgrade  # noqa: PLC0415 - models exist only after load()

    print("Putting the data back as they were before the update ...", file=sys.stderr, flush=True)
    try:
        upgrade.finish_going_back()
    except upgrade.Failed as failed:
        return str(failed)
    return ""


def ahead() -> str:
    """In one line that the data have been through changes which this version does not know; "" where they have not."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    seen = {f"{app}.{name}" for app, name in MigrationRecorder(connections["default"]).applied_migrations()}
    newer = sorted(each for each in seen - known if each.partition(".")[0] in own_apps())
    if not newer:
        return ""
    return (
        f"The data is of a newer version of Kartu (it has {newer[-1]}). Start that version again; "
        f"or, to go back to this one: kartu restore, with the backup made before the update in {place.DATA_DIR}/backups"
    )


def own_apps() -> set[str]:
    return {config.label for config in apps.get_app_configs() if config.name.startswith("kartu.")}


def make_ready() -> None:
    """For the other verbs: make the tables of a new database; of an old one say that it is old, and end."""
    load()
    old = behind()
    if has_data(old):
        sys.exit("The data is of an older version of Kartu. Start Kartu once: `kartu up` brings it up to date.")
    migrate(old)


def has_data(aliases: list[str]) -> bool:
    """Whether there is anything yet in the databases that are behind."""
    return any(connections[alias].introspection.table_names() for alias in aliases)


def behind() -> list[str]:
    """The databases that lack tables or columns this version needs."""
    executors = {alias: MigrationExecutor(connections[alias]) for alias in connections}
    return [alias for alias, each in executors.items() if each.migration_plan(each.loader.graph.leaf_nodes())]


def migrate(aliases: list[str]) -> None:
    if aliases:
        print("Preparing the database ...", file=sys.stderr, flush=True)
    for alias in aliases:
        call_command("migrate", database=alias, verbosity=0, interactive=False)


def close_ledgers() -> None:
    """The triggers of the ledgers stand at every start, whoever took them away."""
    from kartu.security import triggers  # noqa: PLC0415 - models exist only after load()

    for alias in connections:
        triggers.install(alias)


def tell_start() -> None:
    """The start stands in the log, and whether the last end was one that somebody wanted."""
    from kartu.security import running as in_log  # noqa: PLC0415 - models exist only after load()

    in_log.started("--lan" if place.IS_LAN else "")


def first_page() -> str:
    """The path of a new one-time link while nobody can sign in yet; older links are void from now on."""
    from kartu.firm.models import SetupLink, User  # noqa: PLC0415 - models exist only after load()

    if User.objects.exists():
        return "/"
    SetupLink.objects.filter(used_at__isnull=True).delete()
    _link, token = SetupLink.issue()
    return reverse("firm:first_run", args=[token])


if __name__ == "__main__":
    sys.exit(main())
