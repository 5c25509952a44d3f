"""What clients say about being written to: noted by a colleague, or said by themselves through a link."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.clients.models import Channel, ClientMessage, OptOut
from kartu.clients.opting import Topic, refusal
from kartu.clients.rights import CHANGE
from kartu.clients.ways import WRITTEN_TO
from kartu.core.actors import Actor
from kartu.core.veils import real_of
from kartu.firm.acts import act
from kartu.security import audit
from kartu.security.actions import action
from kartu.security.models.audit import Verb

MOST_LETTERS = OptOut._meta.get_field("note").max_length


@action(CHANGE)
def opt_out(*, channel: Channel, note: str, topic: str = Topic.REMINDERS, by: Actor) -> Channel:
    """Write down that nothing of `topic` is wanted at this address; `note` says who told it, and when."""
    return put_word(channel, note, topic, by, is_out=True)


@action(CHANGE)
def opt_in(*, channel: Channel, note: str, topic: str = Topic.REMINDERS, by: Actor) -> Channel:
    """Write down that messages of `topic` are wanted there again."""
    return put_word(channel, note, topic, by, is_out=False)


def put_word(channel: Channel, note: str, topic: str, by: Actor, *, is_out: bool) -> Channel:
    note = " ".join(note.split())
    if not note:
        raise ValidationError({"note": _("Who said so, and when?")}, code="required")
    if len(note) > MOST_LETTERS:
        raise ValidationError({"note": _("At most %(count)s letters") % {"count": MOST_LETTERS}}, code="long")
    if channel.kind not in WRITTEN_TO:
        raise ValidationError(_("Kartu writes to e-mail addresses and phones only"), code="kind")
    keep_word(real_of(channel.value), topic, is_out=is_out, how=OptOut.How.STAFF, client_id=channel.client_id,
              note=note, by=by)  # fmt: skip
    return channel


@act(why="whoever has the link of a message says what may be written to his address")
def opt_out_by_link(*, message: ClientMessage, is_out: bool, how: str, by: Actor) -> bool:
    """What the reader of `message` wants from now on; False where he has said so already."""
    return keep_word(message.address, message.topic, is_out=is_out, how=how, client_id=message.client_id, by=by)


def keep_word(
    address: str, topic: str, *, is_out: bool, how: str, client_id: int | None, note: str = "", by: Actor
) -> bool:
    """Add it to the ledger, and to the log of the client; False where it is the last word from there already."""
    if bool(refusal(address, topic)) == is_out:
        return False
    word = OptOut.objects.create(topic=topic, address=address, is_out=is_out, how=how, note=note, by_id=by.pk)
    word.client_id = client_id
    audit.record(Verb.CREATE, word, by=by, values={"after": word.told()})
    return True
