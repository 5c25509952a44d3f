"""What rows name that is the firm's own: colleagues, statuses, categories, sources, tags."""

from collections import Counter

from django.utils.translation import gettext as _

from kartu.clients.actions.directories import add_item
from kartu.clients.directories import directory_of
from kartu.clients.imports.drafts import Draft
from kartu.clients.models import Category, DirectoryItem, Source, Status, Tag
from kartu.clients.rights import CREATE, DIRECTORIES, receivers
from kartu.core.actors import Actor
from kartu.core.text import fold
from kartu.firm.models import User
from kartu.records.imports.colleagues import colleagues
from kartu.records.imports.importers import New, News, Plan, Problem
from kartu.records.imports.mapping import Choice

DIRECTORIES_BY_FIELD = {"status": Status, "category": Category, "source": Source}
NEW_AT_MOST = 200
# How an answer begins that says what a new value of a list means, and what it says where the value is not taken.
VALUE = "value."
LEFT_OUT = "-"


class Givens:
    """Looks names up, and remembers those that are new to the firm's lists."""

    def __init__(self, plan: Plan, by: Actor) -> None:
        self.by = by
        self.default = by if plan.answers.get("responsible", "me") == "me" and not by.is_system else None
        self.people = colleagues()
        self.known = {model: self._items(model) for model in (*DIRECTORIES_BY_FIELD.values(), Tag)}
        self.may_add = by.may(DIRECTORIES)
        self.new: dict[type, dict[str, str]] = {model: {} for model in self.known}
        self.counts: Counter[tuple[type, str]] = Counter()
        self._meant = {name: value for name, value in plan.answers.items() if name.startswith(VALUE)}

    @staticmethod
    def _items(model: type) -> dict[str, int]:
        return dict(model.objects.values_list("name_key", "pk"))

    def problems(self, draft: Draft, columns: dict[str, list[Choice]]) -> list[Problem]:
        """What is wrong with the names of the row; new values of lists are noted as news."""
        found = []
        if draft.responsible and (problem := self._responsible(draft, columns)):
            found.append(problem)
        for column, model in DIRECTORIES_BY_FIELD.items():
            setattr(draft, column, self._as_decided(column, getattr(draft, column)))
            if (name := getattr(draft, column)) and (problem := self._value(model, name, columns[column][0])):
                found.append(problem)
                setattr(draft, column, "")
        decided = (self._as_decided("tags", tag) for tag in draft.tags)
        draft.tags = list({fold(tag): tag for tag in decided if tag}.values())
        for tag in list(draft.tags):
            if problem := self._value(Tag, tag, columns["tags"][0]):
                found.append(problem)
                draft.tags.remove(tag)
        return found

    def _as_decided(self, field: str, name: str) -> str:
        """The value that a person chose instead of a new one; LEFT_OUT leaves none."""
        chosen = self._meant.get(answer_for(field, name), "") if name and self._meant else ""
        return "" if chosen == LEFT_OUT else chosen or name

    def _responsible(self, draft: Draft, columns: dict[str, list[Choice]]) -> Problem | None:
        at, name = columns["responsible"][0].at, draft.responsible
        person = self.people.get(fold(name))
        if person is None:
            draft.responsible = ""
            return Problem(_("No colleague is called so"), at, name)
        if not self._may_give_to(person):
            draft.responsible = ""
            return Problem(_("You may not add clients for this colleague"), at, name)
        return None

    def _may_give_to(self, person: User) -> bool:
        if not hasattr(self, "_receivers"):
            self._receivers = set(receivers(self.by, CREATE).values_list("pk", flat=True))
        return self.by.is_system or person.pk in self._receivers

    def _value(self, model: type, name: str, choice: Choice) -> Problem | None:
        key = fold(name)
        if key in self.known[model]:
            return None
        if key in self.new[model]:
            self.counts[model, key] += 1
            return None
        if not self.may_add:
            return Problem(_("This is not in the list, and you may not add to it"), choice.at, name)
        if len(self.new[model]) >= NEW_AT_MOST:
            return Problem(
                _("Over %(count)s new values in one list. Is this the right column?") % {"count": NEW_AT_MOST},
                choice.at,
                name,
            )
        self.new[model][key] = name
        self.counts[model, key] += 1
        return None

    def add(self, model: type[DirectoryItem], name: str) -> DirectoryItem:
        """A value that a row brings, added to its list as if by hand."""
        return add_item(directory=directory_of(model), name=name, by=self.by)

    def responsible(self, draft: Draft) -> User | None:
        return self.people.get(fold(draft.responsible)) if draft.responsible else self.default

    def news(self) -> list[News]:
        """The new values of each list by how many rows name them, and what could be meant instead."""
        return [
            News(str(title), self._new_ones(field, model), self._there(model))
            for field, model, title in (
                ("status", Status, _("New statuses")),
                ("category", Category, _("New categories")),
                ("source", Source, _("New sources")),
                ("tags", Tag, _("New tags")),
            )
            if self.new[model]
        ]

    def _new_ones(self, field: str, model: type[DirectoryItem]) -> list[New]:
        found = [New(name, self.counts[model, key], answer_for(field, name)) for key, name in self.new[model].items()]
        return sorted(found, key=lambda new: (-new.rows, fold(new.name)))

    @staticmethod
    def _there(model: type[DirectoryItem]) -> list[str]:
        return list(model.objects.filter(is_active=True).values_list("name", flat=True))


def answer_for(field: str, name: str) -> str:
    """The name of the answer that says what a new value of a list means."""
    return f"{VALUE}{field}.{fold(name)}"
