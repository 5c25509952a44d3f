"""Who may do what with clients. `CLIENT_ROWS` says which clients a person reaches; their parts follow."""

from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Scope
from kartu.core.rights import declare
from kartu.security.rows import OwnedRows, PartRows

VIEW = declare("clients.view", _("See clients"), head=Scope.TEAM, seller=Scope.OWN)
CREATE = declare("clients.create", _("Add clients"), head=Scope.TEAM, seller=Scope.OWN)
CHANGE = declare("clients.change", _("Change clients"), head=Scope.TEAM, seller=Scope.OWN)
TRASH = declare("clients.trash", _("Put clients in the trash"), head=Scope.TEAM)
HAND_OVER = declare("clients.hand_over", _("Hand clients over to a colleague"), head=Scope.TEAM)
BULK = declare("clients.bulk", _("Change many clients at once"), head=Scope.TEAM)
EXPORT = declare("clients.export", _("Take clients out as a file"), head=Scope.TEAM)
PRINT = declare("clients.print", _("Print clients"), head=Scope.TEAM, seller=Scope.OWN)
IMPORT = declare("clients.import", _("Bring clients in from a file"), head=Scope.TEAM)
HISTORY = declare("clients.history", _("See who changed a client"), head=Scope.TEAM)
ACCESS_LOG = declare("clients.access_log", _("See who looked at a client"), head=Scope.TEAM)
DIRECTORIES = declare("clients.directories", _("Edit the lists of statuses, categories and sources"), head=Scope.ALL)

CLIENT_ROWS = OwnedRows(view=VIEW, change=CHANGE)
CLIENT_PARTS = PartRows("client", CLIENT_ROWS)
