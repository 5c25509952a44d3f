"""Fields that only one of two people changed merge; about the same field the later one is asked; nothing that was typed
is overwritten or lost in silence. 1,000 pairs of edits, each sent from what its own person saw."""

import random
from dataclasses import dataclass
from typing import Any

import pytest

from kartu.clients.actions import editing
from kartu.clients.tests.two_people.model import Model
from kartu.clients.tests.two_people.pages import ByForms, ByPages, Page
from kartu.clients.tests.two_people.sheets import Sheet, all_sheets
from kartu.firm.models import User

SEED = 20261129


@dataclass
class Play:
    """People at one record, through `pages`. `wrong` holds what went otherwise than the model says."""

    sheet: Sheet
    pages: Any
    people: list[User]
    chance: random.Random

    def __post_init__(self) -> None:
        self.wrong: list[str] = []
        self.asked = self.merged = 0
        hidden = dict.fromkeys(self.sheet.pools, ())
        self.model = Model(hidden | self.pages.open(self.people[0]).values, home="ID")

    def pair(self) -> None:
        people = self.chance.sample(self.people, 2)
        pages = [self.pages.open(person) for person in people]
        self.compare("opened", pages[0].values, self.model.values)
        self.likely = self.chance.sample([*self.sheet.pools], 3)
        for person, page in zip(people, pages, strict=True):
            self.edit(person, page)

    def edit(self, person: User, page: Page) -> None:
        typed = self.typed(page)
        before = dict(self.model.values)
        must_ask = self.model.send(page.values, typed)
        answer = self.pages.send(person, page.sent(typed))
        asked = answer.asked if answer else set()
        if asked != must_ask:
            what = "overwritten in silence" if must_ask - asked else "asked in vain"
            self.wrong.append(
                f"{self.sheet.name}: {what}: {asked ^ must_ask} of {typed}, over {page.values}, on {before}"
            )
            self.model.values |= self.pages.open(person).values
        elif answer and not asked:
            self.wrong.append(f"{self.sheet.name}: refused {typed}: {answer.wrong}")
        elif answer:
            self.asked += 1
            self.choose(person, page, typed, answer)
        else:
            self.merged += before != page.values

    def typed(self, page: Page) -> dict[str, tuple[str, ...]]:
        """One to three fields, as often as not those that the other one likes too."""
        names = [name for name in self.sheet.pools if name in page.values]
        likely = [name for name in self.likely if name in names]
        names = likely if likely and self.chance.random() < 0.7 else names
        chosen = self.chance.sample(names, min(len(names), self.chance.randint(1, 3)))
        return {name: self.chance.choice(self.sheet.pools[name]) for name in chosen}

    def choose(self, person: User, page: Page, typed: dict, answer: Page) -> None:
        """Take the other's value in some of the fields that are asked about, keep one's own in the rest, and save."""
        now = dict(self.model.values)
        seen = page.values | {name: now[name] for name in answer.asked}
        self.compare("kept while asked", {name: answer.values[name] for name in typed}, typed)
        for name in sorted(answer.asked):
            if self.chance.random() < 0.5:
                answer = self.pages.send(person, answer.sent({}, theirs=name))
                typed = {**typed, name: now[name]}
                self.compare("theirs", {name: answer.values[name]}, {name: now[name]})
        typed = {name: value for name, value in typed.items() if name in answer.values}
        assert not self.model.send(seen, typed)
        if left := self.pages.send(person, answer.sent({})):
            self.wrong.append(f"{self.sheet.name}: asked or refused once more: {left.asked} {left.wrong}")

    def compare(self, when: str, shown: dict, wanted: dict) -> None:
        differing = {name: (value, wanted[name]) for name, value in shown.items() if value != wanted[name]}
        if differing:
            self.wrong.append(f"{self.sheet.name}: {when}: (shown, wanted) {differing}")
            self.model.values |= shown if when == "opened" else {}


@pytest.fixture(autouse=True)
def nobody_searches(monkeypatch) -> None:
    """What is written is not made findable: it would take as long as all the rest."""
    monkeypatch.setattr("kartu.search.contributes.follow", lambda *rows, **more: None)


@pytest.fixture
def sheets(owner, head, seller) -> list[Sheet]:
    return all_sheets(owner, seller)


def played(sheets: list[Sheet], people: list[User], pairs: int, how: type, seed: int = SEED) -> list[Play]:
    chance = random.Random(seed)  # noqa: S311 - to be repeatable
    plays = [Play(sheet, how(sheet), people, chance) for sheet in sheets]
    for number in range(pairs):
        plays[number % len(plays)].pair()
    return plays


@pytest.mark.parametrize(("how", "pairs"), [(ByForms, 900), (ByPages, 100)])
def test_different_fields_merge_and_about_the_same_field_people_are_asked(how, pairs, sheets, owner, head, seller):
    plays = played(sheets, [owner, head, seller], pairs, how)

    assert [line for play in plays for line in play.wrong] == []
    assert all(play.merged for play in plays)
    assert sum(play.asked for play in plays) > pairs / 10


def test_control_without_the_comparison_with_what_was_seen_people_overwrite_each_other(
    sheets, owner, head, seller, monkeypatch
):
    merge = editing.merge_edit

    def blind(row: Any, base: dict, typed: dict) -> list:
        return merge(row, {column: editing.value_of(row, column) for column in base}, typed)

    monkeypatch.setattr(editing, "merge_edit", blind)
    plays = played(sheets, [owner, head, seller], 90, ByForms)

    assert any("overwritten in silence" in line for play in plays for line in play.wrong)
