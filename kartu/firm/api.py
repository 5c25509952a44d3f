"""People of the firm, for programs: who there is, and who the token stands for."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kartu.core.access import reached, signed_in
from kartu.core.api import Resource
from kartu.core.api.schemas import Named, Out, named
from kartu.core.rights import rights
from kartu.firm.models import User

PEOPLE = Resource("people", _("People"), order=500)


class PersonOut(Out):
    id: int
    name: str
    email: str
    phone: str
    role: Named
    team: Named | None
    branch: Named | None
    language: str
    time_zone: str
    is_active: bool


class MeOut(PersonOut):
    """`rights`: what the token opens, each with its reach: own, team, branch, all."""

    rights: dict[str, str]


def told(person: User) -> dict[str, Any]:
    plain = ("name", "email", "phone", "language", "time_zone", "is_active")
    pointed = {name: named(getattr(person, name)) for name in ("role", "team", "branch")}
    return {"id": person.pk, **{name: getattr(person, name) for name in plain}, **pointed}


def colleagues() -> QuerySet[User]:
    return User.objects.select_related("role", "team", "branch")


@PEOPLE.get("/me", MeOut)
@signed_in("a token may know what it opens")
def read_me(request: HttpRequest) -> dict[str, Any]:
    """The person in whose name the token acts, and what it may do."""
    person = colleagues().get(pk=request.user.pk)
    scopes = {right.code: request.user.scope(right.code) for right in rights}
    return {**told(person), "rights": {code: scope.name.lower() for code, scope in scopes.items() if scope}}


@PEOPLE.get("/people", list[PersonOut])
@signed_in("colleagues know each other")
def read_people(request: HttpRequest) -> list[dict[str, Any]]:
    """Everybody who works here, by name."""
    return [told(person) for person in colleagues().filter(is_active=True).order_by("name", "pk")]


@PEOPLE.get("/people/{int:pk}", PersonOut)
@signed_in("colleagues know each other")
def read_person(request: HttpRequest, pk: int) -> dict[str, Any]:
    return told(reached(colleagues(), pk, request.user))
