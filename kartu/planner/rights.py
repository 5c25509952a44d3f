"""Who may do what with tasks. `TASK_ROWS` says which tasks a person reaches; their parts follow."""

from functools import lru_cache

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kartu.clients.rights import CHANGE as CHANGE_CLIENT
from kartu.clients.rights import CLIENT_ROWS
from kartu.clients.rights import VIEW as VIEW_CLIENT
from kartu.core.actors import CHANGING, READING, Actor, Scope, ends_of, verb_of
from kartu.core.rights import declare
from kartu.firm.models import User
from kartu.security.row_rules import OwnedRows, PartRows, among

WORKERS = dict.fromkeys(("seller", "storekeeper", "accountant", "expert", "marketing"), Scope.OWN)
EVERYBODY = dict.fromkeys(WORKERS, Scope.ALL)

VIEW = declare("tasks.view", _("See tasks"), head=Scope.TEAM, auditor=Scope.ALL, **WORKERS)
CREATE = declare("tasks.create", _("Set tasks"), head=Scope.TEAM, **WORKERS)
CHANGE = declare("tasks.change", _("Change and finish tasks"), head=Scope.TEAM, **WORKERS)
# Whom a person may ask to do something. To take a task away from whoever has it is to change that task.
ASSIGN = declare("tasks.assign", _("Set tasks for colleagues"), head=Scope.ALL, **EVERYBODY)
TRASH = declare("tasks.trash", _("Put tasks in the trash"), head=Scope.TEAM)
BULK = declare("tasks.bulk", _("Change many tasks at once"), head=Scope.TEAM)
IMPORT = declare("tasks.import", _("Bring tasks in from a file"), head=Scope.TEAM, expert=Scope.OWN)
EXPORT = declare("tasks.export", _("Take tasks out as a file"), head=Scope.TEAM)
PRINT = declare("tasks.print", _("Print tasks"), head=Scope.TEAM, **WORKERS)


class TaskRows(OwnedRows):
    """Tasks that one does, or is named on (the author, watchers, who comes along); those of the team, the branch, all;
    and those on clients that one sees. Private ones belong to whoever does them and is named on them."""

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        if not actor.may(right):
            return None
        if actor.is_system:
            return Q()
        own = tuple(sorted(who.pk for who, _scope in actor.standings(right)))
        mine = among(f"{prefix}{self.owner}_id", own)
        named = self.named_to(actor, right)
        if named is not None:
            mine |= Q(**{f"{prefix}pk__in": named})
        shared = Q(**{f"{prefix}is_private": False})
        ends = ends_of(actor, right)
        if ends is None:
            return mine | shared
        theirs = among(f"{prefix}{self.owner}_id", ends.people)
        if ends.teams:
            theirs |= among(f"{prefix}{self.team}_id", ends.teams)
        on_clients = clients_within(actor, right)
        if on_clients is not None:
            theirs |= Q(**{f"{prefix}client_id__in": on_clients})
        return mine | (shared & theirs)

    def is_part_of(self, model: type[models.Model], field: models.Field) -> bool:
        """A task is sorted by its client's name, and names it to whoever does not see the client."""
        return field.name == "client" or super().is_part_of(model, field)


def clients_within(actor: Actor, right: str) -> QuerySet | None:
    """The ids of the clients that bring their tasks with them."""
    verb = verb_of(right)
    on_client = VIEW_CLIENT if verb in READING else CHANGE_CLIENT if verb in CHANGING else ""
    condition = CLIENT_ROWS.condition(actor, on_client) if on_client else None
    return None if condition is None else client_ids(condition)


@lru_cache(maxsize=2000)
def client_ids(condition: Q) -> QuerySet:
    """The same question is the same object, so that it may be part of a key; never read itself."""
    rows = apps.get_model("clients.Client").objects.as_system("whose tasks a person sees with his clients")
    return rows.filter(condition, trashed_at=None).order_by().values("pk")


class SeriesRows(OwnedRows):
    """Series of those to whom they fall, as with tasks; and of whoever has set one up for others. Private ones belong
    to their person and to nobody else, whatever his reach."""

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        found = super().condition(actor, right, prefix)
        if found is None or actor.is_system:
            return found
        own = tuple(sorted(who.pk for who, _scope in actor.standings(right)))
        mine = among(f"{prefix}{self.owner}_id", own) | among(f"{prefix}author_id", own)
        return mine | (Q(**{f"{prefix}is_private": False}) & found)

    def is_part_of(self, model: type[models.Model], field: models.Field) -> bool:
        """Sorted by the client's name, which it names to whoever does not see the client, as a task does."""
        return field.name in ("client", "whole") or super().is_part_of(model, field)


TASK_ROWS = TaskRows(view=VIEW, change=CHANGE, owner="person", named="planner.Participant")
TASK_PARTS = PartRows("task", TASK_ROWS)
SERIES_ROWS = SeriesRows(view=VIEW, change=CHANGE, owner="person")
SERIES_PARTS = PartRows("series", SERIES_ROWS)


def receivers(by: Actor) -> QuerySet[User]:
    """Those whom `by` may ask to do something; himself always."""
    people = User.objects.active()
    if by.is_system:
        return people
    if not by.may(ASSIGN):
        return people.filter(pk=by.pk)
    ends = ends_of(by, ASSIGN)
    return people if ends is None else people.filter(Q(pk__in=(*ends.people, by.pk)) | Q(team_id__in=ends.teams))
