"""Colleagues whom rows name as taking part in a client: who is meant, and whether whoever imports may name them."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from django.utils.translation import gettext as _

from kartu.clients.imports.drafts import Draft
from kartu.clients.models import Client, Collaborator
from kartu.clients.rights import SHARE, VIEW, reaches_by_role
from kartu.core.actors import Actor
from kartu.core.text import fold
from kartu.firm.models import User
from kartu.records.imports.importers import Problem
from kartu.security.rows import GuardedQuerySet

# Those of an import that runs beside this one too: nobody is named twice.
WHY = "who takes part already in the clients that an import changes"


def taking_part_in(ids: Iterable[int]) -> GuardedQuerySet:
    return Collaborator.objects.as_system(WHY).filter(client_id__in=ids, trashed_at=None)


class Sharing:
    """Settles whom drafts name, for one import by one person."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self._on_cards: dict[int, dict[int, str]] = {}
        self._shared: set[int] = set()

    @cached_property
    def _people(self) -> dict[str, list[User]]:
        """Folded name or e-mail -> those who are called so: whoever has access before those who had it."""
        people: dict[str, list[User]] = defaultdict(list)
        for person in User.objects.select_related("role", "team").order_by("pk"):
            for name in {fold(person.name), fold(person.email)}:
                people[name].append(person)
        return {name: [each for each in some if each.is_active] or some for name, some in people.items()}

    def look_up(self, ids: set[int]) -> None:
        """Read who is on the cards of these clients, and which of them may be shared: for a block of rows at once."""
        self._on_cards = {}
        if not ids:
            return
        rows = Client.objects.as_system(WHY).filter(pk__in=ids)
        for pk, person_id, name in rows.values_list("pk", "responsible_id", "responsible__name"):
            self._on_cards[pk] = {person_id: fold(name)} if person_id else {}
        for pk, person_id, name in taking_part_in(ids).values_list("client_id", "person_id", "person__name"):
            self._on_cards[pk][person_id] = fold(name)
        self._shared = set(Client.objects.visible_to(self.by, SHARE).filter(pk__in=ids).values_list("pk", flat=True))

    def problems(self, draft: Draft, client_id: int | None, responsible: User | None) -> list[Problem]:
        """What is wrong with those whom the row names; the others are to take part.

        `client_id` is the client who is here, or None for a new one that `responsible` will look after. Whoever is on
        the card already is no news, whatever became of him and whoever brings the file.
        """
        found, draft.taking_part = [], {}
        on_card = self._on_cards[client_id] if client_id else ({responsible.pk: ""} if responsible else {})
        named = [
            (name, at)
            for text, at in draft.collaborators
            for name in self._names_in(text)
            if fold(name) not in on_card.values()
        ]
        for name, at in named:
            people = self._people.get(fold(name), [])
            if len(people) == 1 and people[0].pk in on_card:
                continue
            if told := self._complaint(people, client_id, responsible):
                found.append(Problem(told, at, name))
            else:
                draft.taking_part[people[0].pk] = people[0].name
        return found

    def _names_in(self, text: str) -> list[str]:
        """Names divided by semicolons or lines; by commas too, as our own lists put them, but for those in a name."""
        names = []
        for part in re.split(r"\s*[;\n]+\s*", text):
            pieces = re.split(r"\s*,\s*", part)
            while pieces:
                ends = range(len(pieces), 0, -1)
                end = next((end for end in ends if fold(", ".join(pieces[:end])) in self._people), 1)
                names.append(", ".join(pieces[:end]))
                pieces = pieces[end:]
        return [name for name in names if name]

    def _complaint(self, people: list[User], client_id: int | None, responsible: User | None) -> str:
        if not self.by.may(SHARE):
            return _("You may not name colleagues who take part. Leave this column out, or ask your manager")
        if not people:
            return _("No colleague is called so. Write the name or the e-mail as they stand on the page of people")
        if len(people) > 1:
            return _("Several colleagues are called so. Write the e-mail")
        if not people[0].is_active:
            return _("This colleague has no access any more. Name another, or leave the cell empty")
        if not people[0].may(VIEW):
            return _("%(name)s may not see clients at all. Give another role first.") % {"name": people[0]}
        if not self._may_share(client_id, responsible):
            return _("You may not name colleagues on this client. Leave the cell empty, or ask your manager")
        return ""

    def _may_share(self, client_id: int | None, responsible: User | None) -> bool:
        if client_id:
            return client_id in self._shared
        new = Client(responsible=responsible, team_id=responsible and responsible.team_id)
        return reaches_by_role(self.by, new, SHARE)
