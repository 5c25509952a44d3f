"""What this app adds to the programs' interface, and what the apps above build theirs from."""

from kartu.records.api import views  # noqa: F401 - adds its operations
from kartu.records.api.changes import CHANGES
from kartu.records.api.files import FILES
from kartu.records.api.imports import IMPORTS
from kartu.records.api.lists import LISTS
from kartu.records.api.sections import SECTIONS
from kartu.records.api.trash import TRASH

RESOURCES = (LISTS, SECTIONS, FILES, IMPORTS, CHANGES, TRASH)
