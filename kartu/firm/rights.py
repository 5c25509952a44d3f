"""Who may do what with the firm itself. Colleagues see each other; changing anything is the owner's."""

from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Scope
from kartu.core.rights import declare

PEOPLE = declare("firm.people", _("Invite colleagues, change their role, close their access"), scoped=False)
DEVICES = declare("firm.devices", _("See where colleagues are signed in, and sign them out"), scoped=False)
SETTINGS = declare("firm.settings", _("Change the firm: name, legal entities, branches, teams"), scoped=False)
ROLES = declare("roles.change", _("Make roles and change what they may do"), scoped=False)
SIMULATE = declare("roles.simulate", _("See what a colleague sees"), scoped=False, auditor=Scope.ALL)
HOURS = declare(
    "hours.change", _("Set when people and teams work; with all of them, the firm's days off too"), head=Scope.TEAM
)
OWN = dict.fromkeys(("seller", "storekeeper", "accountant", "expert", "marketing"), Scope.OWN)
ABSENCES = declare("hours.absences", _("Note who is away and when, and who stands in"), head=Scope.TEAM, **OWN)
