"""Whether the search finds what is there, and nothing else: asked by `kartu check`; `kartu reindex` mends it."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import F

from kartu.search import storage
from kartu.search.index import lost, strays
from kartu.search.models import Doc
from kartu.search.sources import Source, sources
from kartu.search.writing import COLUMNS, row_of

TOLD = [column for column in COLUMNS if column not in ("kind", "object_id", "updated")]
SAMPLE = 1000  # docs whose words are looked up one by one
COMPARED = 300  # records of each kind that are put together anew


def storage_stands() -> Iterator[str]:
    """Triggers and indexes are there, and a sample of docs is found by its own words, spread over the whole table.

    A sample, for to compare all of it SQLite locks everybody else out; `kartu reindex` does that.
    """
    for name in storage.missing():
        yield f"the search lacks {name}"
    if connection.vendor == "sqlite" and storage.has_fts5():
        yield from _unheard()


def _unheard() -> Iterator[str]:
    step = max(1, Doc.objects.count() // SAMPLE)
    with connection.cursor() as cursor:
        for doc in Doc.objects.annotate(place=F("pk") % step).filter(place=0).iterator():
            if not storage.knows(cursor, doc.pk, [*doc.text.split()[:3], doc.reach]):
                yield f"the words of {doc} do not lead to it"


def finds_what_is_there() -> Iterator[str]:
    """Every record that can be found is in the index, and nothing else is."""
    for source in sources:
        yield from _strays(source)


def _strays(source: Source) -> Iterator[str]:
    if count := lost(source).count():
        yield f"{count} of {source.model} cannot be found; `kartu reindex` mends it"
    if count := strays(source).count():
        yield f"{count} of {source.model} are found though they are gone; `kartu reindex` mends it"


def says_what_is_there() -> Iterator[str]:
    """A sample of the index, spread over each kind, says what its records say now."""
    for source in sources:
        docs = Doc.objects.filter(kind=source.key)
        step = max(1, docs.count() // COMPARED)
        sample = {doc.object_id: doc for doc in docs.annotate(place=F("pk") % step).filter(place=0)[: 2 * COMPARED]}
        for record in source.load(sample):
            told = dict(zip(COLUMNS, row_of(source.key, source.row(record)), strict=True))
            doc = sample[record.pk]
            if wrong := [name for name in TOLD if getattr(doc, name) != told[name]]:
                yield f"{source.model} {record.pk} is found by old words ({', '.join(wrong)}); `kartu reindex` mends it"


def problems() -> list[str]:
    return [*storage_stands(), *finds_what_is_there(), *(f"{name} is damaged" for name in storage.damaged())]
