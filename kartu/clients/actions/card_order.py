"""How the card is laid out for the firm's roles."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.clients.models import CardOrder
from kartu.core.actors import Actor
from kartu.firm.models import Role
from kartu.firm.rights import SETTINGS
from kartu.security import audit
from kartu.security.actions import action
from kartu.security.models.audit import Verb


@action(SETTINGS)
def arrange_card(*, part: str, role: Role | None, shown: Sequence[str], known: Sequence[str], by: Actor) -> CardOrder:
    """Show `role` (None: everybody) the sections or facts `shown` in this order; the rest of `known` is hidden."""
    shown = [key for key in dict.fromkeys(shown) if key in known]
    if not shown:
        raise ValidationError(_("Something has to stand on the card"), code="empty")
    row = CardOrder.objects.filter(part=part, role=role).first() or CardOrder(part=part, role=role)
    before = {"shown": row.shown, "hidden": row.hidden}
    row.shown, row.hidden = shown, [key for key in known if key not in shown]
    row.save()
    after = {"shown": row.shown, "hidden": row.hidden}
    audit.record(Verb.SETTING, row, by=by, values={"before": before, "after": after})
    return row


@action(SETTINGS)
def reset_card(*, part: str, role: Role | None, by: Actor) -> None:
    """Let go of what was arranged for `role`: it sees what everybody sees."""
    for row in CardOrder.objects.filter(part=part, role=role):
        audit.record(Verb.SETTING, row, by=by, values={"before": {"shown": row.shown, "hidden": row.hidden}})
        row.delete()
