"""The fate of rows: new, already here, or not to be taken. Nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from kartu.clients.imports.came import Came
from kartu.clients.imports.cards import Cards
from kartu.clients.imports.drafts import Draft, DraftRow
from kartu.clients.imports.givens import Givens
from kartu.clients.imports.known import AUTO, Here, Meant, tax_keys, tax_keys_to_look_for, way_keys
from kartu.clients.imports.reading import read_row
from kartu.clients.imports.row import RowReader
from kartu.clients.imports.sharing import Sharing
from kartu.clients.imports.templates import is_example
from kartu.clients.imports.updating import NAMES, Updating
from kartu.clients.probing import Probes
from kartu.core.actors import Actor
from kartu.core.text import fold
from kartu.records.imports.cells import Row
from kartu.records.imports.importers import Earlier, Fate, Mode, News, Outcome, Plan, Problem


@dataclass
class Group:
    """The client that a row began and further rows may add to. Texts are kept as their hashes.

    `has_namesakes`: others of the same name began later.
    """

    row: int
    tax_id: int
    city: int
    has_namesakes: bool = False


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
    # Where rows of tables come in: further rows of a client by the row that named it first, and what tables got.
    first: dict[int, int] = field(default_factory=dict)
    table_rows: set[int] = field(default_factory=set)


class ClientChecker:
    """Checks rows in their order, for one import by one person."""

    def __init__(
        self, plan: Plan, country: str, *, by: Actor, batch_id: int | None, earlier: Earlier | None = None
    ) -> None:
        self.reader = RowReader(plan, country, by)
        self.by, self.batch_id, self.earlier = by, batch_id, earlier
        self.givens, self.sharing = Givens(plan, by), Sharing(by)
        self.keeps_bad_values = plan.answers.get("bad") == "note"
        self.mode, self.known_by = plan.mode, plan.answers.get("known_by") or AUTO
        self.seen, self.probes = Seen(), Probes(by)
        named = (choice.at for target in NAMES for choice in self.reader.columns.get(target, ()))
        self._name_at = next(named, None)
        # What a row says of its client: one client stands in many lines where each has a row of a table.
        self._places = [choice.at for choice in self.reader.mapped if choice.target not in self.reader.in_tables]

    def check(self, rows: Sequence[Row], *, again: Mapping[int, int | None] | None = None) -> list[Outcome]:
        outcomes = [self._read(row) for row in rows]
        if again is not None:
            return [self._once_more(outcome, again) for outcome in outcomes]
        drafts = [outcome.draft for outcome in outcomes if outcome.fate is Fate.NEW]
        here = Here(drafts, self.by, self.batch_id, self.known_by, self.probes)
        self.sharing.look_up({pk for draft in drafts if draft.collaborators for pk in here.candidates(draft)})
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
        unread = "\n".join(dict.fromkeys(bad))
        draft.unread = "\n".join(filter(None, [draft.unread, unread]))
        draft.note = "\n".join(filter(None, [draft.note, unread]))

    # ---- the same client twice

    def _settled(self, outcome: Outcome, here: Here) -> Outcome:
        if outcome.fate is not Fate.NEW:
            return outcome
        draft, row = outcome.draft, outcome.row
        joined = self._joins(draft)
        if joined:
            self._leave_new_rows(draft, joined)
        if joined in self.seen.meant:
            draft.adds_person = True
            self._means(outcome, self.seen.meant[joined])
        elif joined:
            draft.joins_row = joined
        elif self.earlier and (company := self._came.company_of(draft)):
            draft.adds_person = True
            self._means(outcome, company)
        elif earlier := self._named_before(row, draft):
            if not self._adds_rows(outcome, earlier):
                return settled(outcome, Fate.SAME, Problem(_("The same as row %(row)s") % {"row": earlier}))
        elif self._is_one_of_several(draft):
            return settled(outcome, Fate.REJECTED, Problem(_("Several clients could be meant"), value=draft.name))
        elif meant := here.meant(draft):
            self._here(outcome, meant)
            if outcome.fate is not Fate.CHANGE:
                return outcome
        elif problem := self._not_to_be_made(draft):
            return settled(outcome, Fate.REJECTED, problem)
        elif self._names_wrongly(outcome, None):
            return outcome
        self._remember(row, draft)
        return outcome

    def _not_to_be_made(self, draft: Draft) -> Problem | None:
        """Why a client who is not here does not come in."""
        if self.mode is Mode.CHANGE:
            return Problem(_("Not here yet, and this import only changes who is"))
        if self.known_by == "id" and draft.number is not None:
            return Problem(_("There is no client of this number"), value=str(draft.number))
        return None

    def _here(self, outcome: Outcome, meant: list[Meant]) -> None:
        first = meant[0]
        earlier = self.seen.meant_by.get(first.client_id)
        came = self.earlier is not None and first.client_id in self._came.made
        if (came or (earlier and self.mode is not Mode.NEW)) and len(meant) == 1 and first.may_change:
            if self._leave_new_rows(outcome.draft, earlier or 0):
                outcome.draft.leave_rows()
                self._means(outcome, first.client_id)
                return
        if came:
            told = Problem(_("Came in with this list already"), value=first.problem.value, url=first.problem.url)
            settled(outcome, Fate.SAME, told)
            return
        if self.mode is Mode.NEW or (len(meant) == 1 and not first.may_change):
            settled(outcome, Fate.SAME, first.problem)
        elif len(meant) > 1:
            settled(outcome, Fate.REJECTED, several(meant))
        elif earlier:
            # The first row of a client speaks for it: two that contradict each other would never come to rest.
            told = _("Means the same client as row %(row)s, which was taken") % {"row": earlier}
            settled(outcome, Fate.SAME, Problem(told, value=first.problem.value, url=first.problem.url))
        elif not self._names_wrongly(outcome, first.client_id):
            if outcome.draft.called:
                # A mere name that is known says nothing of its client, not even whether it is a company's.
                outcome.draft.leave_rows()
            self._means(outcome, first.client_id)

    def _names_wrongly(self, outcome: Outcome, client_id: int | None) -> bool:
        """Whether the row falls because of the colleagues whom it names: asked before anything is built on it."""
        draft, problems = outcome.draft, []
        if draft.collaborators:
            problems = self.sharing.problems(draft, client_id, self.givens.responsible(draft))
        if problems and self.keeps_bad_values:
            self._note(draft, problems)
        elif problems:
            outcome.fate = Fate.REJECTED
        outcome.problems += problems
        return outcome.fate is Fate.REJECTED

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
        draft = outcome.draft
        draft.joins_row = self._joins(draft)
        if draft.joins_row:
            self._leave_new_rows(draft, draft.joins_row)
        elif earlier := self._named_before(outcome.row, draft):
            self._adds_rows(outcome, earlier)
        self._remember(outcome.row, draft)
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

    # ---- rows of tables

    def _named_before(self, row: Row, draft: Draft) -> int:
        """The row that has named the same client; for a row of a table that says no more than its name, by that."""
        if (earlier := self._earlier(row, draft)) or not draft.rows:
            return earlier
        group = self._namesake(draft)
        return group.row if group and not group.has_namesakes else 0

    def _is_one_of_several(self, draft: Draft) -> bool:
        return bool(draft.rows) and self._namesake(draft) is not None

    def _namesake(self, draft: Draft) -> Group | None:
        """The client that the name of a row means which says nothing surer."""
        if draft.number is not None or tax_keys_to_look_for(draft) or way_keys(draft):
            return None
        group = self.seen.groups.get(group_of(draft))
        return group if group and _fits(group, draft) else None

    def _adds_rows(self, outcome: Outcome, earlier: int) -> bool:
        """Whether the row brings further rows of tables to the client that row `earlier` named; all else it leaves."""
        draft, first = outcome.draft, self.seen.first.get(earlier, earlier)
        if not self._leave_new_rows(draft, first):
            return False
        draft.leave_rows()
        if first in self.seen.meant:
            self._means(outcome, self.seen.meant[first])
        else:
            draft.joins_row = first
        return True

    def _leave_new_rows(self, draft: Draft, first: int) -> bool:
        """Whether there are any that no row of the client has brought, which row `first` named."""
        draft.rows = [row for row in draft.rows if content_of(first, row) not in self.seen.table_rows]
        return bool(draft.rows)

    def _remember_rows(self, number: int, first: int, draft: Draft) -> None:
        if first != number:
            self.seen.first[number] = first
        self.seen.table_rows.update(content_of(first, row) for row in draft.rows)

    # ---- what rows have named

    def _remember(self, row: Row, draft: Draft) -> None:
        number = row.number
        first = draft.joins_row or self.seen.meant_by.get(self.seen.meant.get(number), number)
        self.seen.rows.setdefault(self._content(row), number)
        for key in (*tax_keys(draft.tax_id, draft.registry_ids), *way_keys(draft)):
            self.seen.keys.setdefault(hash(key), number)
        if self.reader.tables:
            self._remember_rows(number, first, draft)
        if first == number and not draft.adds_person and (draft.is_company or self.reader.tables):
            group = Group(number, hash(draft.tax_id), hash(fold(draft.city)))
            if (known := self.seen.groups.setdefault(group_of(draft), group)) is not group:
                known.has_namesakes = True
        if draft.is_company and draft.people:
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
    return hash(("company" if draft.is_company else "person", fold(draft.name)))


def content_of(first: int, row: DraftRow) -> int:
    """What a table has of the client that row `first` named."""
    return hash((first, row.section_id, repr(sorted(row.custom.items()))))


def person_of(draft: Draft) -> int:
    return hash((group_of(draft), fold(draft.people[0].name)))


def settled(outcome: Outcome, fate: Fate, *problems: Problem) -> Outcome:
    outcome.fate, outcome.problems = fate, list(problems)
    return outcome


def several(meant: list[Meant]) -> Problem:
    """Several clients fit: all that may be told of them."""
    names = [each.problem.value for each in meant if each.problem.value]
    return Problem(_("Several clients could be meant"), value=", ".join(names[:5]))
