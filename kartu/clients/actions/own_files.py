"""A file put into a field of the firm's own, or taken out of it."""

from kartu.clients.actions.custom import set_custom
from kartu.clients.models import Client
from kartu.clients.rights import CHANGE
from kartu.core.actors import Actor
from kartu.records.actions import put_file
from kartu.records.custom.definitions import FieldShape
from kartu.records.files.store import Stored
from kartu.security.actions import action


@action(CHANGE)
def put_own_file(
    *, client: Client, shape: FieldShape, name: str, stored: Stored, base: int | None, by: Actor
) -> Client:
    """Let the field `shape` of `client` hold the bytes `stored` as a file called `name`.

    `base`: the file that the person saw there; it goes to the trash. Raises ValidationError as `put_file` does, and
    EditConflicts where another one stands there by now.
    """
    file = put_file(target=client, name=name, stored=stored, field=shape.id, by=by)
    return set_custom(client=client, values={shape.column: file.pk}, base={shape.column: base}, by=by)
