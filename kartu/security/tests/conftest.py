import pytest
from django.db import connection

from kartu.core.testing.processes import PlaceMaker

# SQLite has one writer at a time: there ids commit in order, and nothing comes late.
collect_ignore = [] if connection.vendor == "postgresql" else ["test_seals_late.py"]


@pytest.fixture(scope="session")
def places(tmp_path_factory):
    maker = PlaceMaker(tmp_path_factory.mktemp("places"))
    yield maker
    maker.end()


@pytest.fixture
def place(places):
    """A data folder and a database of its own, for real processes."""
    with places.place() as place:
        yield place
