"""The people of every test: the owner, a head with a team, a seller in it, and a stranger in another team."""

import pytest

from kartu.firm.models import Firm, Role, Team, User


def make_person(name: str, role: str, team: Team | None = None) -> User:
    email = f"{name.lower()}@example.com"
    return User.objects.create_user(email, "correct horse", name=name, role=Role.objects.get(code=role), team=team)


@pytest.fixture
def firm(db) -> Firm:
    return Firm.objects.create(pk=1, name="CV Tirta Makmur", country="ID", currency="IDR")


@pytest.fixture
def team(firm) -> Team:
    return Team.objects.create(name="Bandung")


@pytest.fixture
def owner(firm) -> User:
    return make_person("Olga", "owner")


@pytest.fixture
def head(team) -> User:
    return make_person("Hendra", "head", team)


@pytest.fixture
def seller(team) -> User:
    return make_person("Sari", "seller", team)


@pytest.fixture
def stranger(firm) -> User:
    return make_person("Viktor", "seller", Team.objects.create(name="Samara"))
