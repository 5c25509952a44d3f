"""What this app adds to the lists of the apps below it. Read this file first."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kartu.core.api import resources
from kartu.core.demo import DemoPart, demo_parts
from kartu.core.menu import MenuItem, menu
from kartu.core.shell import ShellPart, shell_parts
from kartu.firm import demo, rights
from kartu.firm.api import PEOPLE
from kartu.firm.models import Firm
from kartu.firm.steps import FirstStep, first_steps
from kartu.firm.tabs import SettingsTab, settings_tabs, tabs_for

resources.add(PEOPLE)


def firm_name(request: HttpRequest) -> str:
    """It came with the person; on a page before signing in it is asked for."""
    person = getattr(request, "user", None)
    if name := getattr(person, "firm_name", ""):
        return name
    firm = Firm.current()
    return firm.name if firm else ""


def demo_url(request: HttpRequest) -> str:
    return reverse("firm:demo") if getattr(request.user, "firm_is_demo", False) else ""


demo_parts.add(DemoPart("firm", order=10, fill=demo.fill))

shell_parts.add(ShellPart("firm_name", firm_name, public=True))
shell_parts.add(ShellPart("person_url", lambda request: reverse("firm:me")))
shell_parts.add(ShellPart("demo_url", demo_url))
shell_parts.add(ShellPart("settings_tabs", tabs_for))

menu.add(MenuItem("settings", _("Settings"), "firm:people", icon="settings", order=900, at_end=True))

settings_tabs.add(SettingsTab("people", _("People"), "firm:people", order=10))
settings_tabs.add(SettingsTab("teams", _("Teams"), "firm:teams", order=20))
settings_tabs.add(SettingsTab("branches", _("Branches"), "firm:branches", order=30))
settings_tabs.add(SettingsTab("firm", _("Firm"), "firm:firm", order=50, right=rights.SETTINGS))
settings_tabs.add(SettingsTab("entities", _("Legal entities"), "firm:entities", order=60, right=rights.SETTINGS))

first_steps.add(
    FirstStep(
        "invite",
        _("Invite a colleague"),
        _("A link or a code for the phone; you choose what the colleague may do."),
        icon="user-plus",
        order=30,
        url_name="firm:invite",
        right=rights.PEOPLE,
    )
)
first_steps.add(
    FirstStep(
        "demo",
        _("Look at a firm that is at work"),
        _("A made-up firm with a year of history, in a place of its own: your data are not touched. Start it with"),
        icon="player-play",
        order=90,
        code="python3 start.py --demo",
        right=rights.SETTINGS,
    )
)
