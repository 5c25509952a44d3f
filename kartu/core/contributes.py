"""What this app adds to the lists of the apps below it. Read this file first."""

from kartu.core import number_checks  # noqa: F401 - registers a check
