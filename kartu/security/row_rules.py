"""Which rows of a model an actor reaches: by whose they are, by the whole they are part of, or by his own name."""

from django.db import models
from django.db.models import Q

from kartu.core.actors import Actor, ends_of


class RowRule:
    """Which rows of a model an actor reaches. `view` is the right that seeing a row needs."""

    view: str
    change: str

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        """The rows that `actor` reaches by `right`; None: not one. `prefix` leads to the model ("client__")."""
        raise NotImplementedError

    def is_part_of(self, model: type[models.Model], field: models.Field) -> bool:
        """Whether `field` leads from the rule's model to the whole it is part of."""
        return False


class OwnedRows(RowRule):
    """Rows with a responsible person and a team: own, of the team, of the branch, or all."""

    def __init__(self, view: str, change: str, owner: str = "responsible", team: str = "team") -> None:
        self.view, self.change, self.owner, self.team = view, change, owner, team

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        scope = actor.scope(right)
        if scope is None:
            return None
        ends = ends_of(actor, scope)
        if ends is None:
            return Q()
        mine = among(f"{prefix}{self.owner}_id", ends.people)
        return mine | among(f"{prefix}{self.team}_id", ends.teams) if ends.teams else mine


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

    def is_part_of(self, model: type[models.Model], field: models.Field) -> bool:
        """Up to the whole, or across to another part of the same whole (a phone -> the contact it rings at)."""
        other = field.related_model
        if field.name == self.parent:
            return True
        return isinstance(other.row_rule, PartRows) and other.parent_model() is model.parent_model()


class PersonalRows(RowRule):
    """Rows of one person (a notice, a saved view): nobody else sees them, whatever his rights."""

    view = ""
    change = ""

    def __init__(self, person: str = "person") -> None:
        self.person = person

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        return Q() if actor.is_system else Q(**{f"{prefix}{self.person}_id": actor.pk})
