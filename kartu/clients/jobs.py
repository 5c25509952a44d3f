"""Work in the background. Merging two values of a list has a file of its own."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.clients import own_sections
from kartu.clients.actions.call_backs import remind
from kartu.clients.merging import move_clients
from kartu.clients.models import Client
from kartu.clients.rights import IMPORT
from kartu.core.actors import Actor
from kartu.core.jobs import chunk, every, job
from kartu.records.imports import engine
from kartu.search.index import index

__all__ = ["import_clients", "move_clients", "remind_of_call_backs", "renew_found"]


@every("* * * * *", name="clients.call_backs", system="Call-backs come back at the minute they were promised for")
def remind_of_call_backs(*, by: Actor) -> int:
    return remind(timezone.now())


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
    """Index the clients that have values of the firm's own anew."""
    after = 0
    while ids := list(own_sections.with_values(after)):
        after = ids[-1]
        with chunk():
            index(Client(pk=pk) for pk in ids)
