"""What an import has brought in already: rows that follow belong there as if they had come with the others."""

from collections import defaultdict
from collections.abc import Collection

from kartu.clients.imports.drafts import Draft
from kartu.clients.models import Client, ClientEntity, Contact
from kartu.clients.rights import CHANGE
from kartu.core.actors import Actor
from kartu.core.text import fold, sort_key


class Came:
    """The clients of `batches` that some drafts may mean, as far as `by` sees them."""

    def __init__(self, drafts: list[Draft], ids: Collection[int], by: Actor, batches: frozenset[int]) -> None:
        rows = Client.objects.visible_to(by).filter(batch_id__in=batches)
        self.made = set(rows.filter(pk__in=ids).values_list("pk", flat=True))
        names = {sort_key(draft.name)[:320] for draft in drafts if draft.is_company and draft.people}
        self._companies: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._tax_ids: dict[int, set[str]] = defaultdict(set)
        self._people: dict[int, set[str]] = defaultdict(set)
        if names:
            self._look_up(names, by, batches)

    def _look_up(self, names: set[str], by: Actor, batches: frozenset[int]) -> None:
        rows = Client.objects.visible_to(by, CHANGE).filter(batch_id__in=batches, kind=Client.Kind.COMPANY)
        for pk, name, city in rows.filter(name_key__in=names).order_by("pk").values_list("pk", "name", "city_key"):
            self._companies[fold(name)].append((pk, city))
        ids = [pk for companies in self._companies.values() for pk, _city in companies]
        papers = ClientEntity.objects.visible_to(by).filter(client_id__in=ids).exclude(tax_id="")
        for pk, tax_id in papers.values_list("client_id", "tax_id"):
            self._tax_ids[pk].add(tax_id)
        people = Contact.objects.visible_to(by).filter(client_id__in=ids)
        for pk, name in people.values_list("client_id", "name"):
            self._people[pk].add(fold(name))

    def company_of(self, draft: Draft) -> int | None:
        """The company for which the person of the row works too."""
        if not draft.is_company or not draft.people:
            return None
        for pk, city in self._companies.get(fold(draft.name), ()):
            if self._fits(pk, city, draft) and fold(draft.people[0].name) not in self._people[pk]:
                return pk
        return None

    def _fits(self, pk: int, city: str, draft: Draft) -> bool:
        """As within one file: of one name, unless tax numbers or cities say otherwise."""
        own, numbers = sort_key(draft.city)[:140], self._tax_ids[pk]
        return (not draft.tax_id or not numbers or draft.tax_id in numbers) and (not own or not city or own == city)
