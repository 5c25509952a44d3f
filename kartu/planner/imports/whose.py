"""Which clients the rows of a file mean: looked for among those whom the person sees, and never guessed."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from kartu.clients.imports.checking import several
from kartu.clients.imports.known import Here, Meant
from kartu.clients.models import Channel, Client
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
