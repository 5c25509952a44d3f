"""Work in the background."""

from kartu.core.actors import Actor
from kartu.core.jobs import chunk, every, job
from kartu.search.index import mend, renew_source
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


@every(
    "52 3 * * *",
    name="search.mend",
    system="What came past the actions (a database that was put back, rows written in bulk) is found, too",
    atomic=False,
    queue="long",
)
def mend_index(*, by: Actor) -> int:
    """Compares rows, not words; a night in which nothing lacks writes nothing. Returns how many were mended."""
    return mend(chunk)
