"""The fate of rows: new, already here, or not to be taken. Nothing is written here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from kartu.clients.imports.drafts import Draft
from kartu.clients.imports.givens import Givens
from kartu.clients.imports.reading import read_row
from kartu.clients.imports.row import RowReader
from kartu.clients.models import Channel, Client, ClientEntity
from kartu.core.actors import Actor
from kartu.core.text import fold
from kartu.firm.names import company_key
from kartu.records.imports.cells import Row
from kartu.records.imports.importers import Fate, Outcome, Plan, Problem

COMPARED = (Channel.Kind.PHONE, Channel.Kind.WHATSAPP, Channel.Kind.EMAIL)
WHY = "whether a client of the file is here already"


@dataclass
class Group:
    """The company that a row began and further rows may add people to. Texts are kept as their hashes."""

    row: int
    tax_id: int
    city: int


@dataclass
class Seen:
    """What the rows so far have named. Keys are hashes, for a file may have a million of them."""

    rows: dict[int, int] = field(default_factory=dict)
    keys: dict[int, int] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    people: set[int] = field(default_factory=set)


class ClientChecker:
    """Checks rows in their order, for one import by one person."""

    def __init__(self, plan: Plan, country: str, *, by: Actor, batch_id: int | None) -> None:
        self.reader = RowReader(plan, country, by)
        self.by, self.batch_id = by, batch_id
        self.givens = Givens(plan, by)
        self.keeps_bad_values = plan.answers.get("bad") == "note"
        self.seen = Seen()
        self._places = [choice.at for choice in self.reader.mapped]

    def check(self, rows: Sequence[Row], *, again: Collection[int] | None = None) -> list[Outcome]:
        outcomes = [self._read(row) for row in rows]
        if again is not None:
            return [self._once_more(outcome, again) for outcome in outcomes]
        here = Here([outcome.draft for outcome in outcomes if outcome.fate is Fate.NEW], self.by, self.batch_id)
        return [self._settled(outcome, here) for outcome in outcomes]

    def news(self) -> dict[str, list[str]]:
        return self.givens.news()

    def _read(self, row: Row) -> Outcome:
        draft, problems = read_row(self.reader, row)
        problems += self.givens.problems(draft, self.reader.columns)
        outcome = Outcome(row, Fate.NEW, draft, problems, draft.name)
        if not draft.name:
            outcome.problems = problems or [Problem(_("No name, no phone, no e-mail: nobody is meant by this row"))]
            outcome.fate = Fate.REJECTED
        elif problems and not self.keeps_bad_values:
            outcome.fate = Fate.REJECTED
        elif problems:
            self._note(draft, problems)
        return outcome

    def _note(self, draft: Draft, problems: list[Problem]) -> None:
        """What could not be read is kept in words."""
        titles = self.reader.plan.titles
        bad = [f"{titles.get(each.at, '')}: {each.value}".removeprefix(": ") for each in problems if each.value]
        draft.note = "\n".join(filter(None, [draft.note, *dict.fromkeys(bad)]))

    # ---- the same client twice

    def _settled(self, outcome: Outcome, here: "Here") -> Outcome:
        if outcome.fate is not Fate.NEW:
            return outcome
        draft = outcome.draft
        ways = way_keys(draft)
        keys = [*tax_keys_to_look_for(draft), *ways]
        if earlier := self._joins(draft):
            draft.joins_row = earlier
        elif earlier := self._earlier(outcome.row, draft, keys):
            outcome.fate = Fate.SAME
            outcome.problems = [Problem(_("The same as row %(row)s") % {"row": earlier})]
            return outcome
        elif problem := here.same(draft, keys):
            outcome.fate, outcome.problems = Fate.SAME, [problem]
            return outcome
        self._remember(outcome.row, draft, ways)
        return outcome

    def _once_more(self, outcome: Outcome, skipped: Collection[int]) -> Outcome:
        """A row that an earlier run has written, or, if it is among `skipped`, has not."""
        if outcome.row.number in skipped or outcome.fate is not Fate.NEW:
            outcome.fate = Fate.REJECTED
            return outcome
        outcome.draft.joins_row = self._joins(outcome.draft) or 0
        self._remember(outcome.row, outcome.draft, way_keys(outcome.draft))
        return outcome

    def _joins(self, draft: Draft) -> int:
        """The row whose company this row's person works for too; 0 where there is none."""
        group = self.seen.groups.get(group_of(draft)) if draft.is_company and draft.people else None
        if group is None or not _fits(group, draft):
            return 0
        return 0 if person_of(draft) in self.seen.people else group.row

    def _earlier(self, row: Row, draft: Draft, keys: list[tuple]) -> int:
        if (number := self.seen.rows.get(self._content(row))) is not None:
            return number
        return next((self.seen.keys[hash(key)] for key in keys if hash(key) in self.seen.keys), 0)

    def _remember(self, row: Row, draft: Draft, ways: list[tuple]) -> None:
        number = row.number
        self.seen.rows.setdefault(self._content(row), number)
        for key in (*tax_keys(draft.tax_id, draft.registry_ids), *ways):
            self.seen.keys.setdefault(hash(key), number)
        if draft.is_company:
            if not draft.joins_row:
                group = Group(number, hash(draft.tax_id), hash(fold(draft.city)))
                self.seen.groups.setdefault(group_of(draft), group)
            if draft.people:
                self.seen.people.add(person_of(draft))

    def _content(self, row: Row) -> int:
        cells = row.cells
        return hash(tuple([cells[at] for at in self._places if at < len(cells)]))


def _fits(group: Group, draft: Draft) -> bool:
    """Two companies of one name are one, unless their tax numbers or cities say otherwise."""
    nothing = hash("")
    tax_id, city = hash(draft.tax_id), hash(fold(draft.city))
    return (nothing in (tax_id, group.tax_id) or tax_id == group.tax_id) and (
        nothing in (city, group.city) or city == group.city
    )


def group_of(draft: Draft) -> int:
    return hash(("company", fold(draft.name)))


def person_of(draft: Draft) -> int:
    return hash((group_of(draft), fold(draft.people[0].name)))


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
    if not draft.is_company:
        return [fold(draft.name)]
    return [company_key(draft.name), *(fold(person.name) for person in draft.people)]


class Here:
    """Which of some drafts are clients already, visible or not: asked in two queries for all of them."""

    def __init__(self, drafts: list[Draft], by: Actor, batch_id: int | None) -> None:
        self.by = by
        not_ours = Q(client__batch_id=None) | ~Q(client__batch_id=batch_id) if batch_id else Q()
        self._alive = not_ours & Q(trashed_at=None, client__trashed_at=None)
        self.found: dict[tuple, int] = {}
        self._by_tax_id({draft.tax_id for draft in drafts if draft.tax_id})
        self._by_way({way.value for draft in drafts for way in draft.ways if way.kind in COMPARED})
        self._names: dict[int, str] | None = None

    def _by_tax_id(self, numbers: set[str]) -> None:
        if not numbers:
            return
        rows = ClientEntity.objects.as_system(WHY).filter(self._alive, tax_id__in=numbers)
        for tax_id, registry_ids, client_id in rows.values_list("tax_id", "registry_ids", "client_id"):
            for key in tax_keys(tax_id, registry_ids):
                self.found.setdefault(key, client_id)

    def _by_way(self, values: set[str]) -> None:
        if not values:
            return
        rows = Channel.objects.as_system(WHY).filter(self._alive, value__in=values, kind__in=COMPARED)
        columns = ("value", "client_id", "client__kind", "client__name", "contact__name")
        for value, client_id, kind, name, person in rows.values_list(*columns):
            own = company_key(name) if kind == Client.Kind.COMPANY else fold(name)
            self.found.setdefault((value, own), client_id)
            if person:
                self.found.setdefault((value, fold(person)), client_id)

    def same(self, draft: Draft, keys: list[tuple]) -> Problem | None:
        client_id = next((self.found[key] for key in keys if key in self.found), None)
        if client_id is None:
            return None
        if self._names is None:
            seen = Client.objects.visible_to(self.by).filter(pk__in=set(self.found.values()))
            self._names = dict(seen.values_list("pk", "name"))
        if client_id not in self._names:
            return Problem(_("Already here, with a colleague. Ask your manager"))
        return Problem(_("Already here"), value=self._names[client_id], url=card_url(client_id))


def card_url(client_id: int) -> str:
    try:
        return reverse("clients:card", args=[client_id])
    except NoReverseMatch:
        return ""
