import pytest

from kartu.core.testing.processes import PlaceMaker


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
