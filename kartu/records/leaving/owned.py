"""What of the firm and of lists belongs to a person."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.firm.actions.structure import keep_team
from kartu.firm.models import Team, User
from kartu.firm.rights import PEOPLE, SETTINGS
from kartu.records.models import ChangeSet, SavedView
from kartu.security import audit
from kartu.security.leaving.owned import Owned, owned
from kartu.security.rows import GuardedModel, GuardedQuerySet

WHY = "what belongs to a person who goes, counted and handed over by whoever may let him go"


def kept(model: type[GuardedModel], is_shared: bool) -> Callable[[Iterable[int]], GuardedQuerySet]:
    """The rows of a model that people keep for themselves, or share; what was thrown away is not missed."""

    def rows(people: Iterable[int]) -> GuardedQuerySet:
        there = model.objects.as_system(WHY).filter(trashed_at=None)
        return there.filter(is_shared=is_shared, person_id__in=people)

    return rows


def hand_over_kept(model: type[GuardedModel]) -> Callable[..., list[int]]:
    """Hand rows with a name over, which stays unique among those of a person."""

    def hand_over(*, ids: list[int], person: User, to: User, by: Actor, changes: ChangeSet) -> list[int]:
        with audit.acting_as(by, changes.pk):
            for row in model.objects.as_system(WHY).filter(pk__in=ids, person_id=person.pk).order_by("pk"):
                row.name = free_name(row, to, person)
                row.person_id = to.pk
                row.save()
        return ids

    return hand_over


def free_name(row: Any, to: User, person: User) -> str:
    """The name as it is, with that of whoever kept it where `to` has one of that name."""
    taken = type(row).objects.as_system(WHY).filter(person_id=to.pk, name=row.name, trashed_at=None)
    most = row._meta.get_field("name").max_length
    return f"{row.name[: most - 30]} ({person.name[:26]})" if taken.exists() else row.name


def headed_teams(people: Iterable[int]) -> QuerySet[Team]:
    return Team.objects.filter(head_id__in=people)


def give_teams(*, ids: list[int], person: User, to: User, by: Actor, changes: ChangeSet) -> list[int]:
    for team in headed_teams([person.pk]).filter(pk__in=ids):
        team.head = to
        keep_team(team=team, by=by)
    return ids


def give_teams_back(*, pairs: list[list[int]], person: User, by: Actor) -> None:
    for pk, to_id in pairs:
        if team := Team.objects.filter(pk=pk, head_id=to_id).first():
            team.head = person
            keep_team(team=team, by=by)


owned.add(
    Owned(
        "teams",
        _("Teams that this person heads"),
        ("firm.team.head",),
        headed_teams,
        give_teams,
        right=SETTINGS,
        give_back=give_teams_back,
        order=10,
    )
)
owned.add(
    Owned(
        "views",
        _("Views of lists that colleagues use"),
        ("records.savedview.person",),
        kept(SavedView, is_shared=True),
        hand_over_kept(SavedView),
        right=PEOPLE,
        order=60,
    )
)
owned.add(
    Owned(
        "own_views",
        _("Views of lists of one's own"),
        ("records.savedview.person",),
        kept(SavedView, is_shared=False),
        hand_over_kept(SavedView),
        right=PEOPLE,
        may_stay=True,
        order=65,
    )
)
