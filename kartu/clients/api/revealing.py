"""Masked phones and e-mails, for programs: shown one at a time, to whom the right is given, and written down."""

from typing import Any

from django.http import HttpRequest

from kartu.clients import actions
from kartu.clients.api.resource import CLIENTS, part_or_404
from kartu.clients.models import Channel
from kartu.clients.rights import VIEW
from kartu.core.access import access
from kartu.core.api.schemas import Out


class RevealedOut(Out):
    """`value` in its normal spelling, `typed` as it was written down."""

    kind: str
    value: str
    typed: str
    extension: str


@CLIENTS.post("/clients/{int:pk}/channels/{int:part}/reveal", RevealedOut, status=200)
@access(VIEW)
def reveal_channel(request: HttpRequest, pk: int, part: int) -> dict[str, Any]:
    """The way to reach the client as it is kept, where `GET` shows a mask (`+62 812 ••• •• 47`). It stands in the log
    as revealed and counts for the alert. 403 for a token without the right to show phones, or e-mails."""
    row = part_or_404(request, Channel, pk, part, VIEW)
    shown = actions.reveal(client=row.client, channel=row, by=request.user).channel
    return {name: getattr(shown, name) for name in RevealedOut.model_fields}
