"""The fate of rows: new, already here, or not to be taken. Nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from kartu.clients.imports.came import Came
from kartu.clients.imports.cards import Cards
from kartu.clients.imports.drafts import Draft
from kartu.clients.imports.givens import Givens
from kartu.clients.imports.known import AUTO, Here, Meant, tax_keys, tax_keys_to_look_for, way_keys
from kartu.clients.imports.reading import read_row
from kartu.clients.imports.row import RowReader
from kartu.clients.imports.templates import is_example
from kartu.clients.imports.updating import NAMES, Updating
from kartu.clients.probing import Probes
from kartu.core.actors import Actor
from kartu.core.text import fold
from kartu.records.imports.cells import Row
from kartu.records.imports.importers import Earlier, Fate, Mode, News, Outcome, Plan, Problem


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
    # Rows that mean a client who is here, and the other way round.
    meant: dict[int, int] = field(default_factory=dict)
    meant_by: dict[int, int] = field(default_factory=dict)


class ClientChecker:
    """Checks rows in their order, for one import by one person."""

    def __init__(
        self, plan: Plan, country: str, *, by: Actor, batch_id: int | None, earlier: Earlier | None = None
    ) -> None:
        self.reader = RowReader(plan, country, by)
        self.by, self.batch_id, self.earlier = by, batch_id, earlier
        self.givens = Givens(plan, by)
        self.keeps_bad_values = plan.answers.get("bad") == "note"
        self.mode, self.known_by = plan.mode, plan.answers.get("known_by") or AUTO
        self.seen, self.probes = Seen(), Probes(by)
        named = (choice.at for target in NAMES for choice in self.reader.columns.get(target, ()))
        self._name_at = next(named, None)
        self._places = [choice.at for choice in self.reader.mapped]

    def check(self, rows: Sequence[Row], *, again: Mapping[int, int | None] | None = None) -> list[Outcome]:
        outcomes = [self._read(row) for row in rows]
        if again is not None:
            return [self._once_more(outcome, again) for outcome in outcomes]
        drafts = [outcome.draft for outcome in outcomes if outcome.fate is Fate.NEW]
        here = Here(drafts, self.by, self.batch_id, self.known_by, self.probes)
        if self.earlier:
            ids = {pk for draft in drafts for pk in here.candidates(draft)}
            self._came = Came(drafts, ids, self.by, self.earlier.batches)
            self.seen.meant_by = self.earlier.rows_of(ids) | self.seen.meant_by
        return [self._settled(outcome, here) for outcome in outcomes]

    def compare(self, outcomes: Sequence[Outcome]) -> None:
        Updating(self.reader, self.givens, Cards(outcomes, self.by)).compare(outcomes)

    def news(self) -> list[News]:
        return self.givens.news()

    def _read(self, row: Row) -> Outcome:
        draft, problems = read_row(self.reader, row)
        problems += self.givens.problems(draft, self.reader.columns)
        outcome = Outcome(row, Fate.NEW, draft, problems, draft.name)
        if not draft.name:
            nobody = Problem(_("No name, no phone, no e-mail: nobody is meant by this row"), self._name_at)
            return settled(outcome, Fate.REJECTED, *(problems or [nobody]))
        if is_example(draft.name):
            return settled(outcome, Fate.REJECTED, Problem(_("The example row of the table")))
        if problems and not self.keeps_bad_values:
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

    def _settled(self, outcome: Outcome, here: Here) -> Outcome:
        if outcome.fate is not Fate.NEW:
            return outcome
        draft, row = outcome.draft, outcome.row
        joined = self._joins(draft)
        if joined in self.seen.meant:
            draft.adds_person = True
            self._means(outcome, self.seen.meant[joined])
        elif joined:
            draft.joins_row = joined
        elif self.earlier and (company := self._came.company_of(draft)):
            draft.adds_person = True
            self._means(outcome, company)
        elif earlier := self._earlier(row, draft):
            return settled(outcome, Fate.SAME, Problem(_("The same as row %(row)s") % {"row": earlier}))
        elif meant := here.meant(draft):
            self._here(outcome, meant)
            if outcome.fate is not Fate.CHANGE:
                return outcome
        elif self.mode is Mode.CHANGE:
            return settled(outcome, Fate.REJECTED, Problem(_("Not here yet, and this import only changes who is")))
        elif self.known_by == "id" and draft.number is not None:
            return settled(
                outcome, Fate.REJECTED, Problem(_("There is no client of this number"), value=str(draft.number))
            )
        self._remember(row, draft)
        return outcome

    def _here(self, outcome: Outcome, meant: list[Meant]) -> None:
        first = meant[0]
        if self.earlier and first.client_id in self._came.made:
            told = Problem(_("Came in with this list already"), value=first.problem.value, url=first.problem.url)
            settled(outcome, Fate.SAME, told)
            return
        earlier = self.seen.meant_by.get(first.client_id)
        if self.mode is Mode.NEW or (len(meant) == 1 and not first.may_change):
            settled(outcome, Fate.SAME, first.problem)
        elif len(meant) > 1:
            settled(outcome, Fate.REJECTED, several(meant))
        elif earlier:
            # The first row of a client speaks for it: two that contradict each other would never come to rest.
            told = _("Means the same client as row %(row)s, which was taken") % {"row": earlier}
            settled(outcome, Fate.SAME, Problem(told, value=first.problem.value, url=first.problem.url))
        else:
            self._means(outcome, first.client_id)

    def _means(self, outcome: Outcome, client_id: int) -> None:
        outcome.fate, outcome.object_id = Fate.CHANGE, client_id
        self.seen.meant[outcome.row.number] = client_id
        self.seen.meant_by.setdefault(client_id, outcome.row.number)

    def _once_more(self, outcome: Outcome, again: Mapping[int, int | None]) -> Outcome:
        """A row that an earlier run has written, or, if it is among `again`, has not, or changed a client by."""
        number = outcome.row.number
        if number in again or outcome.fate is not Fate.NEW:
            outcome.fate = Fate.REJECTED
            if again.get(number):
                self._means(outcome, again[number])
                self._remember(outcome.row, outcome.draft)
            return outcome
        outcome.draft.joins_row = self._joins(outcome.draft) or 0
        self._remember(outcome.row, outcome.draft)
        return outcome

    def _joins(self, draft: Draft) -> int:
        """The row whose company this row's person works for too; 0 where there is none."""
        group = self.seen.groups.get(group_of(draft)) if draft.is_company and draft.people else None
        if group is None or not _fits(group, draft):
            return 0
        return 0 if person_of(draft) in self.seen.people else group.row

    def _earlier(self, row: Row, draft: Draft) -> int:
        """The row that has named the same client before; 0 where there is none."""
        keys = [*tax_keys_to_look_for(draft), *way_keys(draft)]
        if (number := self.seen.rows.get(self._content(row))) is not None:
            return number
        return next((self.seen.keys[hash(key)] for key in keys if hash(key) in self.seen.keys), 0)

    def _remember(self, row: Row, draft: Draft) -> None:
        number = row.number
        self.seen.rows.setdefault(self._content(row), number)
        for key in (*tax_keys(draft.tax_id, draft.registry_ids), *way_keys(draft)):
            self.seen.keys.setdefault(hash(key), number)
        if draft.is_company:
            if not draft.joins_row and not draft.adds_person:
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


def settled(outcome: Outcome, fate: Fate, *problems: Problem) -> Outcome:
    outcome.fate, outcome.problems = fate, list(problems)
    return outcome


def several(meant: list[Meant]) -> Problem:
    """Several clients fit: all that may be told of them."""
    names = [each.problem.value for each in meant if each.problem.value]
    return Problem(_("Several clients could be meant"), value=", ".join(names[:5]))
