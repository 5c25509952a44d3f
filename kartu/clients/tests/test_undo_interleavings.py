"""Edits, edits of many and their undoings in any order, by two people: always as a plain model of cells says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kartu.clients import actions
from kartu.clients.models import Category, Client
from kartu.records import changes
from kartu.records.changes import change_set, undo
from kartu.records.custom import actions as shaping
from kartu.records.models import ChangeSet
from kartu.security.audit import change_many

# Making a failing example smaller would take minutes: each is a whole story.
PHASES = [Phase.explicit, Phase.generate]
BOUNDED = settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=PHASES
)
CARDS = 3
WORDS = ("", "one", "two")
Cell = tuple[int, str]  # (number of the card, column)


@dataclass
class Model:
    """What stands in the cells, and what each change set did: cell -> (before, after)."""

    cells: dict[Cell, object]
    done: list[dict[Cell, tuple[object, object]]] = field(default_factory=list)

    def write(self, values: dict[Cell, object]) -> None:
        changed = {cell: (self.cells[cell], value) for cell, value in values.items() if self.cells[cell] != value}
        self.cells |= values
        self.done.append(changed)

    def undo(self, number: int) -> set[Cell]:
        """The cells that are left as they are, for somebody else has written in them since."""
        left, back = set(), {}
        for cell, (before, after) in self.done[number].items():
            if self.cells[cell] == after:
                back[cell] = before
            elif self.cells[cell] != before:
                left.add(cell)
        self.write(back)
        return left


class Firm:
    """Three clients with a column of each sort; what is done to them is done to the model too."""

    def __init__(self, owner, seller) -> None:
        self.people = (owner, seller)
        section = shaping.add_section(entity="clients.client", kind="fields", name="Machines", by=owner)
        self.own = f"custom.{shaping.add_field(section=section, type='text', name='Model', by=owner).pk}"
        self.categories = [None, *(Category.objects.get_or_create(name=word)[0].pk for word in WORDS[1:])]
        self.cards = [actions.add_client(name=f"Client {number}", by=seller).pk for number in range(CARDS)]
        self.columns = ("about", "pinned", self.own, "category_id")
        self.sets: list[ChangeSet] = []
        self.model = Model(
            {
                (card, column): None if column == "category_id" else ""
                for card in range(CARDS)
                for column in self.columns
            }
        )

    def row(self, card: int) -> Client:
        return Client.objects.visible_to(self.people[0]).get(pk=self.cards[card])

    def state(self) -> dict[Cell, object]:
        rows = {card: self.row(card) for card in range(CARDS)}
        return {(card, column): self.value(rows[card], column) for card, column in self.model.cells}

    def value(self, row: Client, column: str) -> object:
        return row.custom.get(self.own.partition(".")[2], "") if column == self.own else getattr(row, column)

    @contextmanager
    def acting(self, who: int) -> Iterator[object]:
        with change_set(ChangeSet.Kind.EDIT, "a test", by=self.people[who]) as made:
            yield self.people[who]
        self.sets.append(made)

    def edit(self, who: int, card: int, at: int, word: int) -> None:
        column = self.columns[at]
        value = self.categories[word] if column == "category_id" else WORDS[word]
        with self.acting(who) as by:
            if column == self.own:
                actions.set_custom(client=self.row(card), values={column: value or None}, by=by)
            else:
                actions.change_client(client=self.row(card), values={column: value}, by=by)
        self.model.write({(card, column): value})

    def edit_many(self, who: int, word: int) -> None:
        with self.acting(who):
            change_many([self.row(card) for card in range(CARDS)], {"category_id": self.categories[word]})
        self.model.write({(card, "category_id"): self.categories[word] for card in range(CARDS)})

    def undo(self, number: int) -> None:
        """Undo one of what was done, which may be an undoing; once only."""
        waiting = [at for at, made in enumerate(self.sets) if not ChangeSet.objects.filter(undoes=made).exists()]
        if not waiting:
            return
        at = waiting[number % len(waiting)]
        undoing = undo(self.sets[at], by=self.people[0])
        self.sets.append(undoing.change_set)
        left = self.model.undo(at)
        told = {(self.cards.index(each.object_id), each.column) for each in undoing.conflicts}
        assert told == left


WHO, CARD, WORD = st.integers(0, 1), st.integers(0, CARDS - 1), st.integers(0, 2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), WHO, CARD, st.integers(0, 3), WORD),
        st.tuples(st.just("edit_many"), WHO, WORD),
        st.tuples(st.just("undo"), st.integers(0, 20)),
    ),
    min_size=4,
    max_size=14,
)


class Rolled(Exception):
    """Leaves the transaction of an example."""


@pytest.mark.django_db
def test_whatever_happens_in_between_undo_gives_back_what_was_and_overwrites_nobody(owner, seller):
    firm = Firm(owner, seller)

    @BOUNDED
    @given(steps=STEPS)
    def story(steps) -> None:
        firm.sets, firm.model.done = [], []
        cells = dict(firm.model.cells)
        try:
            with transaction.atomic():
                for name, *arguments in steps:
                    getattr(firm, name)(*arguments)
                    assert firm.state() == firm.model.cells, f"{name} {arguments} of {steps}"
                raise Rolled
        except Rolled:
            pass
        finally:
            firm.model.cells = cells

    story()


@pytest.mark.django_db
def test_the_control_that_overwrites_is_seen_to_go_wrong(owner, seller, monkeypatch):
    """An undo that puts back what was, whoever has written since."""
    firm = Firm(owner, seller)
    firm.edit(0, 0, 0, 1)
    firm.edit(1, 0, 0, 2)

    def overwrite(told, row, by, **options) -> list:
        for column, value in told.payload.values["before"].items():
            setattr(row, column, value)
        return []

    monkeypatch.setattr(changes, "put_values_back", overwrite)
    with pytest.raises(AssertionError):
        firm.undo(0)
