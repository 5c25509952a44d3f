"""Which clients the rows of a file mean: looked for among those whom the person sees, and never guessed."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from kartu.clients.duplicates.keys import key_of_person
from kartu.clients.imports.checking import several
from kartu.clients.imports.known import Here, Meant
from kartu.clients.models import Channel, Client, Contact
from kartu.clients.probing import Probes
from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.planner.imports.drafts import Draft
from kartu.records.imports.importers import Problem

WAYS = {"phone": Channel.Kind.PHONE, "email": Channel.Kind.EMAIL}


class Whose:
    """Asks for the clients of many drafts in a few queries."""

    def __init__(self, by: Actor) -> None:
        self.by, self.probes = by, Probes(by)

    def settle(self, drafts: Iterable[Draft]) -> dict[int, Problem]:
        """Set `client_id` of each; what is wrong by the place of the draft."""
        waiting = {at: draft for at, draft in enumerate(drafts) if draft.client is not None}
        problems: dict[int, Problem] = {}
        for known_by in ("id", "phone", "email", "name"):
            asked = {at: draft for at, draft in waiting.items() if says(draft, known_by)}
            here = Here([draft.client for draft in asked.values()], self.by, None, known_by, self.probes)
            for at, draft in asked.items():
                # One who is out of sight is nobody: a list of tasks tells nothing of colleagues' clients.
                meant = [each for each in here.meant(draft.client) if each.problem.value]
                if meant:
                    del waiting[at]
                    self._take(at, draft, meant, problems)
        for at, draft in waiting.items():
            value, column = draft.client_said
            told = _("There is no such client among those you see. Bring clients in first, or add this one")
            problems[at] = Problem(told, column, value)
        return problems

    @staticmethod
    def _take(at: int, draft: Draft, meant: list[Meant], problems: dict[int, Problem]) -> None:
        if len(meant) == 1:
            draft.client_id = meant[0].client_id
            return
        found = several(meant)
        problems[at] = Problem(f"{found.text}: {found.value}", draft.client_said[1], draft.client_said[0])

    def contacts(self, drafts: Sequence[Draft], problems: Mapping[int, Problem]) -> dict[int, Problem]:
        """Set `contact_id` of each, of those of its client; what is wrong by the place of the draft. Of whom the client
        is in doubt already (`problems`) nothing more is said."""
        asked = {at: draft for at, draft in enumerate(drafts) if draft.contact_said[0] and at not in problems}
        ids = {draft.client_id for draft in asked.values()} - {None}
        people: dict[tuple[int, str], list[int]] = {}
        for pk, client, key in self._contacts_of(ids):
            people.setdefault((client, key), []).append(pk)
        found: dict[int, Problem] = {}
        for at, draft in asked.items():
            said, column = draft.contact_said
            meant = people.get((draft.client_id, key_of_person(said, "", "")), [])
            if len(meant) == 1:
                draft.contact_id = meant[0]
            elif draft.client_id is None:
                found[at] = Problem(_("Say in a column of its own of which client this is a contact"), column, said)
            else:
                told = (
                    _("Several contacts of the client are called so") if meant else _("The client has no such contact")
                )
                found[at] = Problem(told, column, said)
        return found

    def _contacts_of(self, ids: set[int]) -> Iterable[tuple[int, int, str]]:
        """(number, client, name as it is compared) of the contacts that the person sees."""
        if not ids:
            return []
        rows = Contact.objects.visible_to(self.by).filter(client_id__in=ids)
        return rows.order_by("pk").values_list("pk", "client_id", "match_key")

    def keepers(self, drafts: Iterable[Draft]) -> None:
        """Whoever looks after the client does the tasks that name nobody; the person himself where nobody does."""
        alone = [draft for draft in drafts if draft.person is None]
        ids = {draft.client_id for draft in alone if draft.client_id}
        rows = Client.objects.visible_to(self.by).filter(pk__in=ids, responsible__is_active=True)
        keepers = dict(rows.values_list("pk", "responsible_id"))
        people = User.objects.select_related("role", "team").in_bulk({*keepers.values(), self.by.pk} - {None})
        for draft in alone:
            draft.person = people.get(keepers.get(draft.client_id)) or people.get(self.by.pk)


def says(draft: Draft, known_by: str) -> bool:
    client = draft.client
    if known_by == "id":
        return client.number is not None
    if known_by == "name":
        return bool(client.name)
    return any(way.kind == WAYS[known_by] for way in client.ways)
