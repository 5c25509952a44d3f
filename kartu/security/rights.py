"""Who may let programs in, in his own name, and who hears of those who take much."""

from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Scope
from kartu.core.rights import declare

MAKE_TOKENS = declare("tokens.make", _("Make access tokens for other programs"), scoped=False, head=Scope.ALL)
ALERTS = declare("alerts.see", _("Be told who goes beyond a limit, look into it, and set the limits"), scoped=False)
ALL_TOKENS = declare("tokens.all", _("See and end the access tokens of everybody"), scoped=False)
