"""What the operations on tasks share: their noun, fetching, and values that point at other records."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from kartu.clients.api.resource import pointed
from kartu.clients.models import Client, Contact
from kartu.core.actors import Actor
from kartu.core.api import Resource
from kartu.core.api.errors import as_fields
from kartu.firm.models import User
from kartu.planner.forms.fields import those_who_see_tasks
from kartu.planner.models import Outcome, Task
from kartu.planner.rights import CHANGE, receivers
from kartu.security.rows import GuardedModel, GuardedQuerySet
from kartu.security.views import get_or_404

TASKS = Resource("tasks", _("Tasks"), order=120)
# How fields are called here that the actions call otherwise.
CALLED = {
    **{"person": "person_id", "parent": "parent_id", "outcome": "outcome_id", "first": "first_id"},
    **{"watchers": "watcher_ids", "attendees": "attendee_ids"},
}

Part = TypeVar("Part", bound=GuardedModel)


@contextmanager
def in_our_words() -> Iterator[None]:
    """What an action refuses is told at the field of ours."""
    try:
        yield
    except ValidationError as refused:
        fields = as_fields(refused, "")
        raise ValidationError({CALLED.get(name, name): words for name, words in fields.items()}) from refused


# What tasks are told with.
FULL = ("person", "author", "team", "client", "outcome", "closed_by")


def in_full() -> GuardedQuerySet:
    return Task.objects.select_related(*FULL)


def task_or_404(request: HttpRequest, pk: int, right: str = CHANGE) -> Task:
    return get_or_404(Task, pk, request.user, right, rows=in_full())


def part_or_404(request: HttpRequest, model: type[Part], pk: int, part: int, right: str = CHANGE) -> Part:
    """A part of the task `pk`; under another task there is none."""
    row = get_or_404(model, part, request.user, right, rows=model.objects.select_related("task"))
    if row.task_id != pk:
        raise Http404
    return row


# --- what is pointed at ----------------------------------------------------------------------------------------------


def client_of(pk: int | None, by: Actor, name: str = "client_id") -> Client | None:
    return None if pk is None else pointed(Client.objects.visible_to(by), pk, name)


def contact_of(pk: int | None, by: Actor) -> Contact | None:
    return None if pk is None else pointed(Contact.objects.visible_to(by), pk, "contact_id")


def other_task(pk: int | None, by: Actor, name: str) -> Task | None:
    return None if pk is None else pointed(Task.objects.visible_to(by), pk, name)


def doer(pk: int | None, by: Actor, name: str = "person_id") -> User | None:
    """One of those whom `by` may ask."""
    return None if pk is None else pointed(receivers(by), pk, name)


def colleagues(ids: Iterable[int], name: str) -> list[User]:
    people = those_who_see_tasks()
    return [pointed(people, pk, name) for pk in dict.fromkeys(ids)]


def outcome_of(pk: int | None) -> Outcome | None:
    return None if pk is None else pointed(Outcome.objects.filter(is_active=True), pk, "outcome_id")
