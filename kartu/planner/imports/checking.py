"""Every row gets its fate: a new task, one that is here already, or the reason why it is not taken."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.addresses import address
from kartu.core.text import sort_key
from kartu.planner.imports.drafts import Draft
from kartu.planner.imports.reading import TaskReader, read_row
from kartu.planner.imports.templates import is_example
from kartu.planner.imports.whose import Whose
from kartu.planner.models import Task
from kartu.records.imports.cells import Row
from kartu.records.imports.importers import Fate, News, Outcome, Plan, Problem

WHY = "whether a task of this number in the other program has come in before"
# The column of the file that says what a column of the task holds.
SAID_BY = {"start_at": "start", "end_at": "end", "due_at": "due", "due_on": "due"}


class TaskChecker:
    """Checks rows in their order, for one import by one person. `system`: the program whose numbers they carry."""

    def __init__(self, plan: Plan, country: str, *, by: Actor, system: str) -> None:
        self.reader, self.whose = TaskReader(plan, country, by), Whose(by)
        self.by, self.system = by, system
        # Hashes of what the rows so far have named, and the number of the row that did.
        self.seen: dict[int, int] = {}

    def check(self, rows: Sequence[Row], *, again: Mapping[int, int | None] | None = None) -> list[Outcome]:
        outcomes = [self._read(row) for row in rows]
        drafts = [outcome.draft for outcome in outcomes]
        problems = self.whose.settle(drafts)
        problems |= self.whose.contacts(drafts, problems)
        self.whose.keepers(drafts)
        for at, outcome in enumerate(outcomes):
            if at in problems:
                outcome.problems.append(problems[at])
            if outcome.problems or (again is not None and outcome.row.number in again):
                outcome.fate = Fate.REJECTED
        if again is not None:
            for outcome in outcomes:
                if outcome.fate is Fate.NEW:
                    self._remember(outcome)
            return outcomes
        here = Known([outcome.draft for outcome in outcomes if outcome.fate is Fate.NEW], self.by, self.system)
        for outcome in outcomes:
            if outcome.fate is Fate.NEW:
                self._settle(outcome, here)
        return outcomes

    def compare(self, outcomes: Sequence[Outcome]) -> None:
        """Tasks that are here stay as they are."""

    def news(self) -> list[News]:
        return []

    def _read(self, row: Row) -> Outcome:
        draft, problems = read_row(self.reader, row)
        outcome = Outcome(row, Fate.NEW, draft, problems, draft.title)
        if is_example(draft.title):
            outcome.problems = [Problem(_("The example row of the table"))]
        elif not draft.title:
            outcome.problems.append(Problem(_("What is to be done?"), self._at("title")))
        return outcome

    def _at(self, target: str) -> int | None:
        columns = self.reader.columns.get(target)
        return columns[0].at if columns else None

    def _settle(self, outcome: Outcome, here: "Known") -> None:
        draft: Draft = outcome.draft
        if earlier := self._earlier(draft):
            outcome.fate = Fate.SAME
            outcome.problems = [Problem(_("The same as row %(row)s") % {"row": earlier})]
        elif (known := here.find(draft)) is not None:
            pk, is_seen = known
            url = address("planner:task", pk) if is_seen else ""
            outcome.fate, outcome.problems = Fate.SAME, [Problem(_("Already here"), value=draft.title, url=url)]
        else:
            self._try(outcome)
        if outcome.fate is Fate.NEW:
            self._remember(outcome)

    def _try(self, outcome: Outcome) -> None:
        """Let the rules that hold for every task look at it."""
        try:
            outcome.draft.task(self.system, self.by.pk)
        except ValidationError as refused:
            by_column = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
            outcome.fate = Fate.REJECTED
            outcome.problems = [
                Problem(" ".join(told), self._at(SAID_BY.get(name, name))) for name, told in by_column.items()
            ]

    def _earlier(self, draft: Draft) -> int:
        return next((self.seen[key] for key in keys_of(draft) if key in self.seen), 0)

    def _remember(self, outcome: Outcome) -> None:
        for key in keys_of(outcome.draft):
            self.seen.setdefault(key, outcome.row.number)


def keys_of(draft: Draft) -> list[int]:
    """What a task is known by: its number where it has one, else what it says."""
    return [hash(("number", draft.external_id))] if draft.external_id else [hash(draft.content)]


class Known:
    """Which of some drafts are tasks already, in two queries."""

    def __init__(self, drafts: Sequence[Draft], by: Actor, system: str) -> None:
        numbers = {draft.external_id for draft in drafts if draft.external_id}
        self.by_number = numbers_here(system, numbers)
        titles = {sort_key(draft.title) for draft in drafts if not draft.external_id}
        rows = Task.objects.visible_to(by).filter(title_key__in=titles) if titles else []
        self.by_content = {content_of(task): task.pk for task in rows}
        seen = Task.objects.visible_to(by).filter(pk__in=set(self.by_number.values()))
        self.seen = set(seen.values_list("pk", flat=True)) if self.by_number else set()

    def find(self, draft: Draft) -> tuple[int, bool] | None:
        """(number of the task, whether the person sees it)."""
        if draft.external_id:
            pk = self.by_number.get(draft.external_id)
            return None if pk is None else (pk, pk in self.seen)
        pk = self.by_content.get(draft.content)
        return None if pk is None else (pk, True)


def numbers_here(system: str, numbers: set[str]) -> dict[str, int]:
    """The tasks that came in under these numbers of the other program, whoever sees them."""
    if not numbers:
        return {}
    rows = Task.objects.as_system(WHY).filter(external_system=system, external_id__in=numbers, trashed_at=None)
    return dict(rows.values_list("external_id", "pk"))


def content_of(task: Task) -> tuple:
    return (task.title_key, task.client_id, task.person_id, task.start_at, task.due_at, task.due_on)
