"""Kinds of records that an update has brought to the search, of which there are many already."""

from kartu.search.jobs import index_source
from kartu.search.models import Doc
from kartu.search.sources import sources


def index_newly_searched(using: str = "default", **kwargs: object) -> None:
    """A receiver of `post_migrate`: have the records of such kinds indexed in the background."""
    if using != "default":
        return
    for source in sources:
        if not Doc.objects.filter(kind=source.key).exists() and source.all().exists():
            index_source.later(key=source.key, dedupe=f"search-{source.key}")
