"""The first child of `kartu up`: checks the settings, brings the database up to date, and ends again.

The last line it prints is JSON for its parent: {"first_page": the path to open in the browser}.
"""

import json
import os
import sys

import django
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from kartu.project import place


def main() -> int:
    if place.DEBUG and not place.IS_LOOPBACK:
        print("KARTU_DEBUG shows the program's inside: it is only for 127.0.0.1, not for KARTU_BIND.", file=sys.stderr)
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kartu.project.settings")
    django.setup()
    migrate()
    print(json.dumps({"first_page": first_page()}))
    return 0


def migrate() -> None:
    """Bring every database up to date that is not."""
    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            print("Preparing the database ...", file=sys.stderr, flush=True)
            call_command("migrate", database=alias, verbosity=0, interactive=False)


def first_page() -> str:
    """The path of a new one-time link while nobody can sign in yet; older links are void from now on."""
    from kartu.firm.models import SetupLink, User  # noqa: PLC0415 - models exist only after django.setup()

    if User.objects.exists():
        return "/"
    SetupLink.objects.filter(used_at__isnull=True).delete()
    _link, token = SetupLink.issue()
    return f"/setup/{token}/"


if __name__ == "__main__":
    sys.exit(main())
