"""Who may do what with clients. `CLIENT_ROWS` says which clients a person reaches; their parts follow."""

from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import READING, Actor, Scope, ends_of, verb_of
from kartu.core.rights import declare
from kartu.firm.models import User
from kartu.security.row_rules import OwnedRows, PartRows, SectionRows

READERS = dict.fromkeys(("accountant", "marketing", "auditor"), Scope.ALL)
SELLERS = {"head": Scope.TEAM, "seller": Scope.OWN}

VIEW = declare("clients.view", _("See clients"), **SELLERS, **READERS, expert=Scope.OWN)
CREATE = declare("clients.create", _("Add clients"), **SELLERS, expert=Scope.OWN, marketing=Scope.OWN)
CHANGE = declare("clients.change", _("Change clients"), **SELLERS, expert=Scope.OWN, marketing=Scope.OWN)
TRASH = declare("clients.trash", _("Put clients in the trash"), head=Scope.TEAM)
HAND_OVER = declare("clients.hand_over", _("Hand clients over to a colleague"), head=Scope.TEAM)
MERGE = declare("clients.merge", _("Merge clients that are the same"), head=Scope.TEAM)
BULK = declare("clients.bulk", _("Change many clients at once"), head=Scope.TEAM)
SHARE = declare("clients.share", _("Name colleagues who take part in a client"), **SELLERS)
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

# How phones and e-mails are read, see clients/contact_details.py. Who has neither of the two does not read them at all.
FULL = dict.fromkeys(("head", "seller", "accountant", "expert"), Scope.ALL)
MASKED = dict.fromkeys(("marketing", "auditor"), Scope.ALL)
SEE_PHONES = declare("clients.phones", _("See phones and messengers of clients in full"), scoped=False, **FULL)
REVEAL_PHONES = declare(
    "clients.reveal_phones",
    _("Show one masked phone or messenger at a time; each stands in the log"),
    scoped=False,
    **MASKED,
)
SEE_EMAILS = declare("clients.emails", _("See e-mails of clients in full"), scoped=False, **FULL)
REVEAL_EMAILS = declare(
    "clients.reveal_emails", _("Show one masked e-mail at a time; each stands in the log"), scoped=False, **MASKED
)

READ_TOUCHES = dict.fromkeys(("head", "seller", "accountant", "expert", "marketing", "auditor"), Scope.ALL)
SEE_TOUCHES = declare(
    "clients.touches", _("See calls, meetings, messages and notes of clients"), scoped=False, **READ_TOUCHES
)

CLIENT_ROWS = OwnedRows(view=VIEW, change=CHANGE, named="clients.Collaborator")
CLIENT_PARTS = PartRows("client", CLIENT_ROWS)
TOUCH_ROWS = SectionRows("client", CLIENT_ROWS, SEE_TOUCHES)


def reaches(person: Actor, client: Any, right: str = VIEW) -> bool:
    """What `CLIENT_ROWS` says of a row that is in hand already: whether `person` reaches it by `right`."""
    return reaches_by_role(person, client, right) or is_named(person, client.pk, right)


def reaches_by_role(person: Actor, client: Any, right: str = VIEW) -> bool:
    """The same of those on whose card he is not named."""
    if not person.may(right):
        return False
    ends = ends_of(person, right)
    return ends is None or ends.hold(client.responsible_id, client.team_id)


def is_named(person: Actor, client_id: int, right: str) -> bool:
    """Whether `person` reaches the client by `right` because he is named on it."""
    if CLIENT_ROWS.named_to(person, right) is None:
        return False
    people = [who for who, _scope in person.standings(right) if who.takes_part]
    if person._together is None:
        named = [named_on(who).get(client_id) for who in people]
    else:
        named = [people_named_on(client_id, person._together).get(who.pk) for who in people]
    return any(may_change or (may_change is not None and verb_of(right) in READING) for may_change in named)


def named_on(person: Any) -> dict[int, bool]:
    """Client -> whether he may change it, of all on which `person` is named; asked once in a request."""
    person._named_on = person._named_on or {}
    if CLIENT_ROWS.named not in person._named_on:
        rows = collaborators().filter(person_id=person.pk)
        person._named_on[CLIENT_ROWS.named] = dict(rows.values_list("client_id", "may_change"))
    return person._named_on[CLIENT_ROWS.named]


def people_named_on(client_id: int, together: dict[Any, Any]) -> dict[int, bool]:
    """Person -> whether he may change the client; asked once for all people that are asked about it together."""
    key = (CLIENT_ROWS.named, client_id)
    if key not in together:
        rows = collaborators().filter(client_id=client_id)
        together[key] = dict(rows.values_list("person_id", "may_change"))
    return together[key]


def collaborators() -> QuerySet:
    rows = apps.get_model(CLIENT_ROWS.named).objects
    return rows.as_system("who is named on clients, to say who reaches them").filter(trashed_at=None).order_by()


def receivers(by: Actor, right: str) -> QuerySet[User]:
    """The colleagues who may be made responsible by `by` with `right`: clients.create or clients.hand_over.

    Who adds clients of his own only adds them for himself. To give away takes clients.hand_over, which without
    reach over the branch or the whole firm ends at one's own team.
    """
    people = User.objects.active()
    if not by.may(right):
        return people.none()
    ends = ends_of(by, right, Scope.OWN if right == CREATE else Scope.TEAM)
    return people if ends is None else people.filter(Q(pk__in=ends.people) | Q(team_id__in=ends.teams))
