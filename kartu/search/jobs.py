"""Work in the background."""

from kartu.core.actors import Actor
from kartu.core.jobs import chunk, job
from kartu.search.index import renew_source
from kartu.search.sources import sources


@job(
    system="Records of a kind that is newly searched are found, also those that were there before",
    atomic=False,
    queue="long",
)
def index_source(*, by: Actor, key: str) -> None:
    """Begun anew after a kill it does the same once more."""
    source = sources.get(key)
    if source is not None:
        renew_source(source, chunk)
