"""What this app adds to the lists of the apps below it. Read this file first."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kartu.core.shell import ShellPart, shell_parts
from kartu.firm.models import Firm
from kartu.firm.steps import FirstStep, first_steps


def firm_name(request: HttpRequest) -> str:
    """It came with the person; on a page before signing in it is asked for."""
    person = getattr(request, "user", None)
    if name := getattr(person, "firm_name", ""):
        return name
    firm = Firm.current()
    return firm.name if firm else ""


shell_parts.add(ShellPart("firm_name", firm_name, public=True))
first_steps.add(
    FirstStep(
        "demo",
        _("Look at a firm that is at work"),
        _("A made-up firm with a year of history, in a place of its own: your data are not touched. Start it with"),
        "player-play",
        order=90,
        code="python3 start.py --demo",
    )
)
