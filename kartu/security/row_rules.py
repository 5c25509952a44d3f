"""Which rows of a model an actor reaches: by whose they are, by who else is named on them, by the whole they are part
of, or by his own name."""

from functools import lru_cache

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet

from kartu.core.actors import CHANGING, READING, Actor, ends_of, verb_of


class RowRule:
    """Which rows of a model an actor reaches. `view` is the right that seeing a row needs."""

    view: str
    change: str
    # Whether a person keeps such rows for himself (`person`), so that nobody else reaches them all.
    is_personal = False

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        """The rows that `actor` reaches by `right`; None: not one. `prefix` leads to the model ("client__")."""
        raise NotImplementedError

    def named_to(self, actor: Actor, right: str) -> QuerySet | None:
        """The ids of the rows (of the wholes) that `actor` reaches by `right` only because he is named on them; None
        where there are none. The same question is the same object, so that it may be part of a key."""
        return None

    def is_part_of(self, model: type[models.Model], field: models.Field) -> bool:
        """Whether `field` leads from the rule's model to the whole it is part of."""
        return False


class OwnedRows(RowRule):
    """Rows with a responsible person and a team: own, of the team, of the branch, or all.

    `named`: the label of a part ("clients.Collaborator") that names a further `person` on a row; he sees it, and
    changes it where the part says that he `may_change`.
    """

    def __init__(self, view: str, change: str, owner: str = "responsible", team: str = "team", named: str = "") -> None:
        self.view, self.change, self.owner, self.team, self.named = view, change, owner, team, named

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        if not actor.may(right):
            return None
        ends = ends_of(actor, right)
        if ends is None:
            return Q()
        mine = among(f"{prefix}{self.owner}_id", ends.people)
        if ends.teams:
            mine |= among(f"{prefix}{self.team}_id", ends.teams)
        named = self.named_to(actor, right)
        return mine if named is None else mine | Q(**{f"{prefix}pk__in": named})

    def named_to(self, actor: Actor, right: str) -> QuerySet | None:
        verb = verb_of(right)
        if not self.named or verb not in READING | CHANGING:
            return None
        people = tuple(who.pk for who, _scope in actor.standings(right) if who.takes_part)
        return named_rows(self.named, people, to_change=verb in CHANGING) if people else None


@lru_cache(maxsize=2000)
def named_rows(label: str, people: tuple[int, ...], *, to_change: bool) -> QuerySet:
    """The ids of the wholes on which one of `people` is named; never read itself, only asked within other questions."""
    model = apps.get_model(label)
    rows = model.objects.as_system("on which rows a person is named, to open these to him")
    rows = rows.filter(person_id__in=people, trashed_at=None, **({"may_change": True} if to_change else {}))
    return rows.order_by().values(f"{model.row_rule.parent}_id")


def among(column: str, ids: tuple[int, ...]) -> Q:
    """That `column` is one of `ids`, which are plain numbers: what is asked is part of the key of kept queries."""
    return Q(**{column: ids[0]}) if len(ids) == 1 else Q(**{f"{column}__in": ids})


class PartRows(RowRule):
    """Rows that are part of a whole (a phone of its client), led to by the foreign key `parent`: seen when it is."""

    def __init__(self, parent: str, parent_rule: RowRule) -> None:
        self.parent, self.parent_rule = parent, parent_rule
        self.view, self.change = parent_rule.view, parent_rule.change

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        return self.parent_rule.condition(actor, right, f"{prefix}{self.parent}__")

    def named_to(self, actor: Actor, right: str) -> QuerySet | None:
        return self.parent_rule.named_to(actor, right)

    def opens_to(self, actor: Actor) -> bool:
        """Whether whoever has seen the whole sees these parts of it."""
        return True

    def is_part_of(self, model: type[models.Model], field: models.Field) -> bool:
        """Up to the whole, or across to another part of the same whole (a phone -> the contact it rings at)."""
        other = field.related_model
        if field.name == self.parent:
            return True
        return isinstance(other.row_rule, PartRows) and other.parent_model() is model.parent_model()


class SectionRows(PartRows):
    """Parts that only holders of the right `section` see, who also see the whole; nobody else finds any of them."""

    def __init__(self, parent: str, parent_rule: RowRule, section: str) -> None:
        super().__init__(parent, parent_rule)
        self.section = section

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        return super().condition(actor, right, prefix) if self.opens_to(actor) else None

    def opens_to(self, actor: Actor) -> bool:
        return actor.may(self.section)


class PersonalRows(RowRule):
    """Rows of one person (a notice, a saved view): nobody else sees them, whatever his rights."""

    view = ""
    change = ""
    is_personal = True

    def __init__(self, person: str = "person") -> None:
        self.person = person

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        return Q() if actor.is_system else Q(**{f"{prefix}{self.person}_id": actor.pk})
