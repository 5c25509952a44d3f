"""What this app adds to the lists of the apps below it. Read this file first."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kartu.core.api import resources
from kartu.core.demo import DemoPart, demo_parts
from kartu.core.jobs.surroundings import Surrounding, surroundings
from kartu.core.live.visitor import Bar, bars
from kartu.core.menu import MenuItem, menu
from kartu.core.shell import ShellPart, shell_parts
from kartu.firm import again, demo, entry, required, rights
from kartu.firm.again import Proof, proofs
from kartu.firm.api import PEOPLE
from kartu.firm.browsers import address_of
from kartu.firm.models import Firm, Passkey, TotpSecret, User
from kartu.firm.second import SecondWay, second_ways
from kartu.firm.steps import FirstStep, first_steps
from kartu.firm.tabs import IN_FIRM, IN_PEOPLE, SettingsTab, all_urls, settings_tabs, tabs_for
from kartu.firm.working_api import WORKING

resources.add(PEOPLE)
resources.add(WORKING)

proofs.add(
    Proof("password", "firm/_again_password.html", User.has_usable_password, again.is_password, order=10),
)
proofs.add(Proof("passkey", "firm/_again_passkey.html", again.has_passkey, again.is_passkey, order=15))
proofs.add(Proof("code", "firm/_again_code.html", again.has_codes, again.is_code, order=20))


@receiver(user_logged_in)
def note_proof(request: HttpRequest, **kwargs: object) -> None:
    """Whoever has just come in has just proved himself."""
    again.note(request)


second_ways.add(SecondWay("passkey", _("Passkey"), "firm:passkey_step", Passkey.objects.all, order=10))
second_ways.add(SecondWay("totp", _("Code from an app"), "firm:second_step", TotpSecret.objects.all, order=20))


bars.add(Bar("entry", lambda request: bool(entry.obstacle(request.user, address_of(request))), order=10))
bars.add(Bar("second", required.is_due, order=20))


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
demo_parts.add(DemoPart("hours", order=190, fill=demo.fill_hours))

surroundings.add(Surrounding("firm.language", Firm.in_its_language))

shell_parts.add(ShellPart("firm_name", firm_name, public=True))
shell_parts.add(ShellPart("person_url", lambda request: reverse("firm:me")))
shell_parts.add(ShellPart("demo_url", demo_url))
shell_parts.add(ShellPart("settings_tabs", tabs_for))

menu.add(
    MenuItem("settings", _("Settings"), "firm:people", icon="settings", order=900, at_end=True, further=all_urls),
)

settings_tabs.add(SettingsTab("people", _("People"), "firm:people", group=IN_PEOPLE, order=10))
settings_tabs.add(
    SettingsTab("second", _("Second step"), "firm:second_policy", group=IN_PEOPLE, order=15, right=rights.PEOPLE)
)
settings_tabs.add(SettingsTab("absences", _("Absences"), "firm:absences", group=IN_PEOPLE, order=12))
settings_tabs.add(SettingsTab("teams", _("Teams"), "firm:teams", group=IN_PEOPLE, order=20))
settings_tabs.add(SettingsTab("branches", _("Branches"), "firm:branches", group=IN_FIRM, order=30))
settings_tabs.add(SettingsTab("hours", _("Working time"), "firm:working_times", group=IN_FIRM, order=35))
settings_tabs.add(
    SettingsTab("calendar", _("Production calendar"), "firm:production_calendar", group=IN_FIRM, order=36)
)
settings_tabs.add(SettingsTab("firm", _("Firm"), "firm:firm", group=IN_FIRM, order=10, right=rights.SETTINGS))
settings_tabs.add(
    SettingsTab("entities", _("Legal entities"), "firm:entities", group=IN_FIRM, order=20, right=rights.SETTINGS)
)

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


@receiver(user_logged_in)
def keep_device(request: HttpRequest, **kwargs: object) -> None:
    """Whichever way somebody came in: by the password, by a link, as somebody of a demo."""
    request.session.signed_in_from(request)
