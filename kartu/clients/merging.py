"""Two values of a list become one: the clients move over in the background."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.clients.directories import DIRECTORIES, Directory
from kartu.clients.models import ClientTag
from kartu.clients.rights import DIRECTORIES as RIGHT
from kartu.core.actors import Actor
from kartu.core.jobs import chunk, job
from kartu.security import audit

CHUNK = 100


@job(right=RIGHT, label=_("Moving clients from one value of a list to another"), atomic=False)
def move_clients(*, by: Actor, directory: str, item_id: int, into_id: int, change_set_id: int) -> int:
    """Give all who have `item_id` the value `into_id`; how many. Run again, it goes on where it was."""
    moved = 0
    while True:
        with chunk(moved), audit.acting_as(by, change_set_id):
            now = move_some(DIRECTORIES[directory], item_id, into_id)
        if not now:
            return moved
        moved += now


def move_some(directory: Directory, item_id: int, into_id: int) -> int:
    rows = list(directory.users(item_id).order_by("pk")[:CHUNK])
    if directory.column:
        audit.change_many(rows, {directory.column: into_id})
    else:
        move_tags(rows, into_id)
    return len(rows)


def move_tags(rows: list[ClientTag], into_id: int) -> None:
    """A client that has both tags keeps the one: its other goes to the trash."""
    tagged = ClientTag.objects.as_system("clients that have both tags of a merge").filter(tag_id=into_id)
    clients = tagged.filter(client_id__in=[row.client_id for row in rows], trashed_at__isnull=True)
    both = set(clients.values_list("client_id", flat=True))
    audit.change_many([row for row in rows if row.client_id in both], {"trashed_at": timezone.now()})
    audit.change_many([row for row in rows if row.client_id not in both], {"tag_id": into_id})
