"""What this app adds to the lists of the apps below it. Read this file first."""

from django.utils.translation import gettext_lazy as _

from kartu.core import number_checks  # noqa: F401 - registers a check
from kartu.core.rights import declare

declare("core.jobs", _("Look after work in the background"), scoped=False)
