import pytest

from kartu.core.testing.people import person


@pytest.fixture
def owner(db):
    return person("owner")


@pytest.fixture
def seller(db):
    return person("seller")
