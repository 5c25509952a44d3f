"""Which client a row means: by its number here, its tax number, a way to reach it, or its name and city.

What clients are known by is a choice of the person's; "auto" goes from the surest to the least sure.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from kartu.clients.contact_details import reads
from kartu.clients.duplicates.keys import exact_name
from kartu.clients.imports.drafts import Draft
from kartu.clients.models import Channel, Client, ClientEntity
from kartu.clients.probing import Probes
from kartu.clients.rights import CHANGE
from kartu.core.actors import Actor
from kartu.core.text import sort_key
from kartu.records.imports.importers import Problem

COMPARED = (Channel.Kind.PHONE, Channel.Kind.WHATSAPP, Channel.Kind.EMAIL)
NUMBERS = (Channel.Kind.PHONE, Channel.Kind.WHATSAPP)
WHY = "whether a client of the file is here already"
AUTO = "auto"
Key = tuple


def tax_keys_to_look_for(draft: Draft) -> list[tuple]:
    """Branches of one Russian company share its INN: they are the same unless both have a KPP of their own."""
    if not draft.tax_id:
        return []
    kpp = draft.registry_ids.get("kpp")
    return [("tax", draft.tax_id, kpp), ("tax", draft.tax_id, "")] if kpp else [("tax", draft.tax_id, "any")]


def tax_keys(tax_id: str, registry_ids: dict[str, str]) -> list[tuple]:
    """The keys under which a known legal person is found."""
    return [("tax", tax_id, registry_ids.get("kpp", "")), ("tax", tax_id, "any")] if tax_id else []


def way_keys(draft: Draft) -> list[tuple]:
    """A way to reach a client together with a name makes it the same."""
    names = names_of(draft)
    return [(way.value, name) for way in draft.ways if way.kind in COMPARED for name in names]


def names_of(draft: Draft) -> list[str]:
    """The client's name, or, of a company, those of its people too, as they are compared."""
    own = exact_name(draft.name, is_company=draft.is_company)
    people = draft.people if draft.is_company else []
    return [own, *(exact_name(person.name, is_company=False) for person in people)]


def keys_of(draft: Draft, known_by: str) -> list[list[Key]]:
    """What the client of the row is looked for by: the first group that finds somebody decides."""
    if known_by == "id":
        return [number_keys(draft)]
    if known_by == "tax":
        return [tax_keys_to_look_for(draft)]
    if known_by in ("phone", "email"):
        kinds = NUMBERS if known_by == "phone" else (Channel.Kind.EMAIL,)
        return [[("way", way.value) for way in draft.ways if way.kind in kinds]]
    if known_by == "name":
        return [name_keys(draft)]
    sure = [number_keys(draft), tax_keys_to_look_for(draft), way_keys(draft)]
    # A row that says nothing but a name means the client of that name.
    return sure if any(sure) else [name_keys(draft)]


def numbers_of(draft: Draft) -> dict[str, str]:
    """What a row tries out, as the form of a client does."""
    ways = {"phone": NUMBERS, "email": (Channel.Kind.EMAIL,)}
    asked = {name: ", ".join(way.value for way in draft.ways if way.kind in kinds) for name, kinds in ways.items()}
    return {"name": draft.name, **asked, "tax_number": draft.tax_id}


def number_keys(draft: Draft) -> list[Key]:
    return [("id", draft.number)] if draft.number is not None else []


def name_keys(draft: Draft) -> list[Key]:
    """The name, and the city where the row says one; first of all as it stands, where it says nothing else."""
    name = sort_key(draft.name)[:320]
    if draft.called:
        return [("name", sort_key(draft.called)[:320]), ("name", name)]
    city = sort_key(draft.city)[:140]
    return [("name", name, city), ("name", name, "")] if city else [("name", name)]


class Meant(NamedTuple):
    """The client that a row means: None where it is out of reach, or not to be changed by whoever asks."""

    client_id: int
    may_change: bool
    problem: Problem


class Here:
    """Which of some drafts are clients already, visible or not: asked in a few queries for all of them."""

    def __init__(
        self, drafts: list[Draft], by: Actor, batch_id: int | None, known_by: str = AUTO, probes: Probes | None = None
    ) -> None:
        self.by, self.known_by = by, known_by
        self._probes = probes or Probes(by)
        self._theirs = Q(batch_id=None) | ~Q(batch_id=batch_id) if batch_id else Q()
        not_ours = Q(client__batch_id=None) | ~Q(client__batch_id=batch_id) if batch_id else Q()
        self._alive = not_ours & Q(trashed_at=None, client__trashed_at=None)
        self.found: dict[Key, dict[int, None]] = {}
        groups = [keys_of(draft, known_by) for draft in drafts]
        keys = {key for group in groups for some in group for key in some}
        self._by_number({key[1] for key in keys if key[0] == "id"})
        self._by_name({key[1] for key in keys if key[0] == "name"})
        self._by_tax_id({draft.tax_id for draft in drafts if draft.tax_id})
        # A list of guesses must not tell which of them stands behind a mask.
        ways = {way.value for draft in drafts for way in draft.ways if way.kind in COMPARED}
        self._by_way({value for value in ways if by.is_system or reads(value, by)})
        self._names: dict[int, str] | None = None
        self._changeable: set[int] = set()

    def _note(self, key: Key, client_id: int) -> None:
        self.found.setdefault(key, {})[client_id] = None

    def _clients(self) -> Iterable:
        return Client.objects.as_system(WHY).filter(self._theirs, trashed_at=None)

    def _by_number(self, numbers: set[int]) -> None:
        if numbers:
            for pk in self._clients().filter(pk__in=numbers).values_list("pk", flat=True):
                self._note(("id", pk), pk)

    def _by_name(self, names: set[str]) -> None:
        """A city that one of the two does not say is no contradiction; one that both say alike comes first."""
        if not names:
            return
        rows = self._clients().filter(name_key__in=names).order_by("pk")
        for pk, name, city in rows.values_list("pk", "name_key", "city_key"):
            self._note(("name", name), pk)
            self._note(("name", name, city), pk)

    def _by_tax_id(self, numbers: set[str]) -> None:
        if not numbers:
            return
        rows = ClientEntity.objects.as_system(WHY).filter(self._alive, tax_id__in=numbers).order_by("pk")
        for tax_id, registry_ids, client_id in rows.values_list("tax_id", "registry_ids", "client_id"):
            for key in tax_keys(tax_id, registry_ids):
                self._note(key, client_id)

    def _by_way(self, values: set[str]) -> None:
        if not values:
            return
        rows = Channel.objects.as_system(WHY).filter(self._alive, value__in=values, kind__in=COMPARED).order_by("pk")
        columns = ("value", "client_id", "client__kind", "client__name", "contact__name")
        for value, client_id, kind, name, person in rows.values_list(*columns):
            own = exact_name(name, is_company=kind == Client.Kind.COMPANY)
            self._note((value, own), client_id)
            self._note(("way", value), client_id)
            if person:
                self._note((value, exact_name(person, is_company=False)), client_id)

    def candidates(self, draft: Draft) -> list[int]:
        """The clients that the row may mean, by the first group of keys, and in it the first key, that finds any."""
        if self.found and self._names is None:
            self._look_up()
        for group in keys_of(draft, self.known_by):
            if self.known_by in ("phone", "email"):
                found = {pk: None for key in group for pk in self.found.get(key, ())}
            else:
                found = next((self.found[key] for key in group if key in self.found), {})
            if found:
                return list(found)
        return []

    def meant(self, draft: Draft) -> list[Meant]:
        """What is told of them; of those out of sight only so often, and then nothing: the row is like any new one."""
        found = self.candidates(draft)
        hidden = [pk for pk in found if pk not in self._names]
        if hidden and not self._probes.tells(**numbers_of(draft)):
            found = [pk for pk in found if pk in self._names]
        return [self._told(pk) for pk in found]

    def _look_up(self) -> None:
        """Who of those found may be seen and changed. A bare name or number means whom the person sees: a list of
        guesses must not tell which clients colleagues have."""
        ids = {pk for found in self.found.values() for pk in found}
        self._names = dict(Client.objects.visible_to(self.by).filter(pk__in=ids).values_list("pk", "name"))
        self._changeable = set(
            Client.objects.visible_to(self.by, CHANGE).filter(pk__in=ids).values_list("pk", flat=True)
        )
        for key, found in list(self.found.items()):
            if key[0] in ("id", "name"):
                self.found[key] = {pk: None for pk in found if pk in self._names}
                if not self.found[key]:
                    del self.found[key]

    def _told(self, client_id: int) -> Meant:
        if client_id not in self._names:
            return Meant(client_id, False, Problem(_("Already here, with a colleague. Ask your manager")))
        may_change = client_id in self._changeable
        text = _("Already here") if may_change else _("Already here, and not yours to change")
        return Meant(client_id, may_change, Problem(text, value=self._names[client_id], url=card_url(client_id)))


def card_url(client_id: int) -> str:
    try:
        return reverse("clients:card", args=[client_id])
    except NoReverseMatch:
        return ""
