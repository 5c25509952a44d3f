"""Work in the background. Merging two values of a list has a file of its own."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.clients import own_sections, quality
from kartu.clients.actions.merging import catch_up
from kartu.clients.actions.segments import count_segments
from kartu.clients.duplicates.search import search
from kartu.clients.merging import move_clients
from kartu.clients.models import Client, ClientRow
from kartu.clients.rights import IMPORT, MERGE
from kartu.core.actors import Actor
from kartu.core.jobs import chunk, every, job
from kartu.records.imports import engine
from kartu.search.index import index

__all__ = [
    "count_segments_of_the_day",
    "import_clients",
    "move_clients",
    "renew_found",
    "search_doubts",
    "search_duplicates",
    "search_duplicates_now",
]


@every(
    "40 1 * * *",
    name="clients.segments",
    system="Segments are counted at night, and who came and who left is noted",
    queue="long",
    atomic=False,
)
def count_segments_of_the_day(*, by: Actor) -> int:
    return count_segments(timezone.localdate())


@every(
    "17 2 * * *",
    name="clients.duplicates",
    system="Clients that stand on two cards are found at night",
    queue="long",
    atomic=False,
)
def search_duplicates(*, by: Actor) -> int:
    catch_up(by)
    return search()


@every(
    "37 2 * * *",
    name="clients.doubts",
    system="Numbers that cannot be right are found at night",
    queue="long",
    atomic=False,
)
def search_doubts(*, by: Actor) -> int:
    return quality.search()


@job(right=MERGE, label=_("Looking for duplicates"), queue="long", atomic=False)
def search_duplicates_now(*, by: Actor) -> int:
    """Duplicates, and numbers that cannot be right."""
    quality.search()
    return search()


@job(right=IMPORT, label=_("Import of clients"), queue="long", atomic=False, max_attempts=4, longest_wait=60)
def import_clients(*, by: Actor, import_id: int, verb: str) -> None:
    """`verb`: read, check, run or take_back."""
    engine.work(import_id, verb, by=by)


@job(
    system="what records are found by changes when a field is hidden, shown or taken from somebody",
    atomic=False,
    queue="long",
)
def renew_found(*, by: Actor) -> None:
    """Index the clients that have values of the firm's own anew, and the rows of its tables."""
    for model, more in ((Client, own_sections.with_values), (ClientRow, own_sections.with_rows)):
        after = 0
        while ids := more(after):
            after = ids[-1]
            with chunk():
                index(model(pk=pk) for pk in ids)
