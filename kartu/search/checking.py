"""Whether the search finds what is there, and nothing else: asked by `kartu check`; `kartu reindex` mends it."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import F

from kartu.search import storage
from kartu.search.models import Doc
from kartu.search.sources import Source, sources

SAMPLE = 1000  # docs whose words are looked up one by one


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
    docs = Doc.objects.filter(kind=source.key)
    if lost := source.all().exclude(pk__in=docs.values("object_id")).count():
        yield f"{lost} of {source.model} cannot be found"
    if stale := docs.exclude(object_id__in=source.all().values("pk")).count():
        yield f"{stale} of {source.model} are found though they are gone"


def problems() -> list[str]:
    return [*storage_stands(), *finds_what_is_there(), *(f"{name} is damaged" for name in storage.damaged())]
