"""Lifting the mask of one phone, messenger or e-mail."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.clients.contact_details import RIGHTS, Sight, sight, what_is
from kartu.clients.models import Channel, Client
from kartu.clients.rights import VIEW
from kartu.clients.ways import Way, country_of_reader, way
from kartu.core.actors import Actor
from kartu.core.veils import real_of
from kartu.security import audit
from kartu.security.actions import Refused, action
from kartu.security.models.audit import Verb


@action(VIEW)
def reveal(*, client: Client, channel: Channel, by: Actor) -> Way:
    """`channel` as it is kept. That it was shown, to whom and of which kind, stands in the log before it is told."""
    shown = Channel.objects.visible_to(by).filter(client_id=client.pk, pk=channel.pk).first()
    if shown is None:
        raise ValidationError(_("This was moved to the trash meanwhile"), code="gone")
    what = what_is(real_of(shown.value))
    seen = sight(by, what) if what else Sight.FULL
    if seen is Sight.HIDDEN:
        raise Refused(RIGHTS[what][1])
    if seen is Sight.MASKED:
        audit.record(Verb.REVEAL, shown, by=by, values={"kind": shown.kind})
    return way(shown, country_of_reader(by))
