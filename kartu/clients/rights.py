"""Who may do what with clients. `CLIENT_ROWS` says which clients a person reaches; their parts follow."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor, Scope, ends_of
from kartu.core.rights import declare
from kartu.firm.models import User
from kartu.security.row_rules import OwnedRows, PartRows

READERS = dict.fromkeys(("accountant", "marketing", "auditor"), Scope.ALL)
SELLERS = {"head": Scope.TEAM, "seller": Scope.OWN}

VIEW = declare("clients.view", _("See clients"), **SELLERS, **READERS, expert=Scope.OWN)
CREATE = declare("clients.create", _("Add clients"), **SELLERS, expert=Scope.OWN, marketing=Scope.OWN)
CHANGE = declare("clients.change", _("Change clients"), **SELLERS, expert=Scope.OWN, marketing=Scope.OWN)
TRASH = declare("clients.trash", _("Put clients in the trash"), head=Scope.TEAM)
HAND_OVER = declare("clients.hand_over", _("Hand clients over to a colleague"), head=Scope.TEAM)
MERGE = declare("clients.merge", _("Merge clients that are the same"), head=Scope.TEAM)
BULK = declare("clients.bulk", _("Change many clients at once"), head=Scope.TEAM)
EXPORT = declare("clients.export", _("Take clients out as a file"), head=Scope.TEAM)
PRINT = declare("clients.print", _("Print clients"), **SELLERS, accountant=Scope.ALL)
IMPORT = declare("clients.import", _("Bring clients in from a file"), head=Scope.TEAM, expert=Scope.OWN)
HISTORY = declare("clients.history", _("See who changed a client"), head=Scope.TEAM, auditor=Scope.ALL)
ACCESS_LOG = declare(
    "clients.access_log", _("See who looked at a client, and who could"), head=Scope.TEAM, auditor=Scope.ALL
)
DIRECTORIES = declare(
    "clients.directories",
    _("Edit the lists of statuses, categories and sources"),
    head=Scope.ALL,
    expert=Scope.ALL,
    marketing=Scope.ALL,
)

CLIENT_ROWS = OwnedRows(view=VIEW, change=CHANGE)
CLIENT_PARTS = PartRows("client", CLIENT_ROWS)


def reaches(person: Actor, client: Any, right: str = VIEW) -> bool:
    """What `CLIENT_ROWS` says of a row that is in hand already: whether `person` reaches it by `right`."""
    scope = person.scope(right)
    if scope is None:
        return False
    ends = ends_of(person, scope)
    return ends is None or ends.hold(client.responsible_id, client.team_id)


def receivers(by: Actor, right: str) -> QuerySet[User]:
    """The colleagues who may be made responsible by `by` with `right`: clients.create or clients.hand_over.

    Who adds clients of his own only adds them for himself. To give away takes clients.hand_over, which without
    reach over the branch or the whole firm ends at one's own team.
    """
    people = User.objects.active()
    scope = by.scope(right)
    if scope is None:
        return people.none()
    ends = ends_of(by, scope if right == CREATE else max(scope, Scope.TEAM))
    return people if ends is None else people.filter(Q(pk__in=ends.people) | Q(team_id__in=ends.teams))
