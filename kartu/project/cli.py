"""The `kartu` command: every verb is a management command of the app that knows it."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kartu.project.settings")
    execute_from_command_line(["kartu", *sys.argv[1:]])
