"""The second step of signing in: the ways to take it, and the browser that stands between the first step and it.

A way adds itself to `second_ways`. Its page proves the person that `waiting` tells, then calls `actions.door.let_in`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import Promise

from kartu.core.registry import Registry
from kartu.firm.models import User

SESSION_KEY = "second_step"
PATIENCE = 10 * 60  # seconds from the first step to the second


@dataclass(frozen=True)
class SecondWay:
    """A way to prove oneself besides the password. Whoever has one of `rows` (by their column `person`) has set it up,
    and is led to `url_name` after the first step: the way with the lowest `order` first."""

    key: str
    label: str | Promise
    url_name: str
    rows: Callable[[], QuerySet]
    order: int = 0


second_ways: Registry[SecondWay] = Registry(
    "firm.second_ways", "Ways to take the second step of signing in, such as a code or a passkey: a SecondWay."
)


def ways_of(person: User) -> list[SecondWay]:
    """The second steps that `person` has set up; empty: the password is enough."""
    return [way for way in second_ways if way.rows().filter(person=person).exists()]


def begin(request: HttpRequest, person: User) -> None:
    """Note that `person` has taken the first step here. Nobody is signed in; whoever was before is no more."""
    request.session.flush()
    request.user = AnonymousUser()
    request.session[SESSION_KEY] = [person.pk, person.get_session_auth_hash(), time.time()]


def waiting(request: HttpRequest) -> User | None:
    """Who has taken the first step in this browser, some minutes ago at most, with what is still the password."""
    pk, proof, at = request.session.get(SESSION_KEY, [None, "", 0])
    if pk is None or not 0 <= time.time() - at <= PATIENCE:
        return None
    person = User.objects.active().select_related("role").filter(pk=pk).first()
    return person if person and constant_time_compare(proof, person.get_session_auth_hash()) else None


def end(request: HttpRequest) -> None:
    """The second step is taken, or given up."""
    request.session.pop(SESSION_KEY, None)
