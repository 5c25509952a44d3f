"""Who lets programs in, keeps the backups, proves the log, and hears of those who take much."""

from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Scope
from kartu.core.rights import declare

MAKE_TOKENS = declare("tokens.make", _("Make access tokens for other programs"), scoped=False, head=Scope.ALL)
ALERTS = declare("alerts.see", _("Be told who goes beyond a limit, look into it, and set the limits"), scoped=False)
ALL_TOKENS = declare("tokens.all", _("See and end the access tokens of everybody"), scoped=False)
READ_LOG = declare(
    "log.read", _("Read the log: who did what, and who looked at what"), head=Scope.TEAM, auditor=Scope.ALL
)
EXPORT_LOG = declare("log.export", _("Take the log out as a file"), scoped=False)
VERIFY_LOG = declare("log.verify", _("See the seals of the log and verify it"), scoped=False)
ERASE_LOG = declare("log.erase", _("Erase what the log tells of somebody who was deleted for good"), scoped=False)
BACKUPS = declare("backups.manage", _("Make, download and delete backups, and see the recovery key"), scoped=False)
SERVER = declare("server.see", _("See how the computer and Kartu are, and have the data checked"), scoped=False)
