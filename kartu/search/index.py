"""Writing the index: in the transaction of what is written, so that whoever saves a client finds it at once."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from itertools import islice

from django.db import models

from kartu.search.models import Doc
from kartu.search.sources import DocFields, Source, sources, sources_of
from kartu.search.writing import Ready, reach

CHUNK = 500

_paused: ContextVar[bool] = ContextVar("search_paused", default=False)


def index(objects: Iterable[models.Model]) -> None:
    """Index `objects` (of any kinds that have a source) again; those in the trash are taken out."""
    by_model: dict[type[models.Model], list[int]] = {}
    for each in objects:
        by_model.setdefault(type(each), []).append(each.pk)
    for model, ids in by_model.items():
        for source in sources_of(model):
            _renew(source, ids)


def index_many(kind: str, rows: Iterable[DocFields]) -> int:
    """Index rows that were put together by the caller, the fast way; returns their number.

    Who must be short within his transaction makes them `Ready` before it, and writes them in it.
    """
    count = 0
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK * 10)):
        Ready(kind, chunk).write()
        count += len(chunk)
    return count


def drop(kind: str, ids: Iterable[int]) -> None:
    """Take objects out of the index, and with a whole its parts."""
    ids = list(ids)
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        Doc.objects.filter(kind=kind, object_id__in=some).delete()
        if not sources[kind].whole:
            parts = [part.key for part in _parts_of(sources[kind])]
            Doc.objects.filter(kind__in=parts, root_id__in=some).delete()


@contextmanager
def paused() -> Iterator[None]:
    """Let a bulk writer index by `index_many` itself: nothing follows the rows it writes."""
    token = _paused.set(True)
    try:
        yield
    finally:
        _paused.reset(token)


def follow(roots: Iterable[tuple[str, int]]) -> None:
    """Index again what was just written: `roots` are the wholes, as ("clients.client", 17). Called at the end of
    every action, in its transaction."""
    if _paused.get():
        return
    by_label: dict[str, list[int]] = {}
    for label, pk in roots:
        by_label.setdefault(label, []).append(pk)
    for label, ids in by_label.items():
        for start in range(0, len(ids), CHUNK):
            _follow_wholes(label, ids[start : start + CHUNK])


def _follow_wholes(label: str, ids: list[int]) -> None:
    wholes = [source for source in sources if source.model.lower() == label]
    for source in wholes:
        before = _owners(source, ids)
        _renew(source, ids)
        _take_parts_along(source, before, _owners(source, ids))
    for source in sources:
        if source.whole and source.follows and source.whole_label == label:
            _renew_parts(source, ids)


def _renew(source: Source, ids: list[int]) -> None:
    """Index the objects of `ids` anew, and take out those that are gone."""
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        rows = [source.row(each) for each in source.load(some)]
        index_many(source.key, rows)
        if gone := set(some) - {fields.object_id for fields in rows}:
            drop(source.key, gone)


def _renew_parts(source: Source, root_ids: list[int]) -> None:
    rows = [source.row(each) for each in source.of_wholes(root_ids)]
    index_many(source.key, rows)
    kept = {fields.object_id for fields in rows}
    docs = Doc.objects.filter(kind=source.key, root_id__in=root_ids)
    if gone := set(docs.values_list("object_id", flat=True)) - kept:
        drop(source.key, gone)


Owners = dict[int, tuple[int | None, int | None]]


def _owners(source: Source, ids: list[int]) -> Owners:
    docs = Doc.objects.filter(kind=source.key, object_id__in=ids)
    return {pk: (owner, team) for pk, owner, team in docs.values_list("object_id", "owner_id", "team_id")}


def _take_parts_along(whole: Source, before: Owners, after: Owners) -> None:
    """Parts that are not indexed at every writing follow their whole to a new owner, and back from the trash."""
    parts = [part for part in _parts_of(whole) if not part.follows]
    for part in parts:
        if back := after.keys() - before.keys():
            _renew_parts(part, list(back))
    for pk in after.keys() & before.keys():
        if before[pk] == after[pk]:
            continue
        owner_id, team_id = after[pk]
        for part in parts:
            Doc.objects.filter(kind=part.key, root_id=pk).update(
                owner_id=owner_id, team_id=team_id, reach=reach(owner_id, team_id)
            )


def take_over(label: str, ids: Iterable[int], owner_id: int | None, team_id: int | None) -> None:
    """What was found by whose it is: the wholes `ids` ("clients.client") and all their parts have a new owner.

    For who hands very many over while the index is `paused`: their words are the same.
    """
    ids = list(ids)
    values = {"owner_id": owner_id, "team_id": team_id, "reach": reach(owner_id, team_id)}
    for source in sources:
        if source.model.lower() == label:
            Doc.objects.filter(kind=source.key, object_id__in=ids).update(**values)
        elif source.whole and source.whole_label == label:
            Doc.objects.filter(kind=source.key, root_id__in=ids).update(**values)


def _parts_of(whole: Source) -> list[Source]:
    label = whole.model.lower()
    return [source for source in sources if source.whole and source.whole_label == label]


def renew_source(source: Source, around: Callable[[int, int], AbstractContextManager]) -> int:
    """Index all objects of one kind anew, each chunk within `around(done with it, all)`; returns their number."""
    return _renew_in_chunks(source, list(source.all().order_by("pk").values_list("pk", flat=True)), around)


def _renew_in_chunks(source: Source, ids: list[int], around: Callable[[int, int], AbstractContextManager]) -> int:
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        with around(start + len(some), len(ids)):
            _renew(source, some)
    return len(ids)


def lost(source: Source) -> models.QuerySet:
    """Records that should be found and are not: written past the actions, or in a database that was put back."""
    return source.all().exclude(pk__in=Doc.objects.filter(kind=source.key).values("object_id"))


def strays(source: Source) -> models.QuerySet:
    """Docs of records that are gone."""
    return Doc.objects.filter(kind=source.key).exclude(object_id__in=source.all().values("pk"))


def mend(around: Callable[[int, int], AbstractContextManager]) -> int:
    """Index what is lost, and take out what is gone, each chunk within `around`; returns the number of records."""
    count = 0
    for source in sources:
        ids = [*lost(source).values_list("pk", flat=True), *strays(source).values_list("object_id", flat=True)]
        count += _renew_in_chunks(source, sorted(ids), around)
    return count


@contextmanager
def told(progress: Callable[[str, int], None], kind: str, done: int) -> Iterator[None]:
    yield
    progress(kind, done)


def rebuild(progress: Callable[[str, int], None] = lambda kind, done: None) -> int:
    """Index everything anew, and take out what is no longer there; returns the number of objects."""
    count = 0
    for source in sources:
        count += renew_source(source, lambda done, of, key=source.key: told(progress, key, done))
        strays(source).delete()
    Doc.objects.exclude(kind__in=[source.key for source in sources]).delete()
    return count
