"""What the people of the demo firm were told by the bell, and what they have not looked at yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from kartu.clients.demo.card import Card, World
from kartu.clients.models import Touch
from kartu.clients.reminders import card_of, mention_title
from kartu.core.actors import System
from kartu.firm.models import User
from kartu.notifications.actions import link_to
from kartu.notifications.channels import BELL, POPUP
from kartu.notifications.models import Hop, Notification
from kartu.security.rows import GuardedModel

DAYS = 21
UNSEEN_EACH = 3


@dataclass(frozen=True)
class Piece:
    to: User
    at: datetime
    kind: str
    title: str
    text: str
    url: str
    about: GuardedModel
    by: User | None = None
    dedupe: str = ""


class News:
    """Collects what people are told; `deliver` makes the notices, those of the last days only."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.pieces: list[Piece] = []
        self.notices: list[Notification] = []

    def tell_of_mention(self, touch: Touch, colleague: User) -> None:
        title, url = str(mention_title(touch)), f"{card_of(touch.client_id)}#touch-{touch.pk}"
        self.pieces.append(
            Piece(
                colleague,
                touch.at,
                "clients.mention",
                title,
                touch.text,
                url,
                touch,
                touch.by,
                dedupe=f"mention:{touch.pk}",
            )  # fmt: skip
        )

    def tell_of_handing_over(self, cards: list[Card]) -> None:
        for card in cards:
            if card.handed_at:
                client, by = card.client, card.handed_by
                title = _("{client} is yours now").format(client=client.name)
                text = _("{person} handed the client over to you").format(person=by.name)
                url = card_of(client.pk)
                self.pieces.append(
                    Piece(card.person, card.handed_at, "clients.handed_over", title, text, url, client, by)
                )

    def deliver(self) -> None:
        """The newest few of each person have not been seen."""
        since = self.world.calendar.now - timedelta(days=DAYS)
        recent = sorted((piece for piece in self.pieces if piece.at > since), key=lambda piece: piece.at)
        for number, piece in enumerate(recent):
            later_ones = sum(other.to == piece.to for other in recent[number + 1 :])
            self.notices.append(self.notice(piece, is_seen=later_ones >= UNSEEN_EACH))

    def notice(self, piece: Piece, *, is_seen: bool) -> Notification:
        seen_at = min(piece.at + timedelta(minutes=self.world.rng.randint(1, 50)), self.world.calendar.now)
        notice = Notification(
            person=piece.to,
            kind=piece.kind,
            title=piece.title[:200],
            text=piece.text[:1000],
            url=piece.url,
            by=piece.by,
            dedupe=piece.dedupe,
            seen_at=seen_at if is_seen else None,
            **link_to(piece.about),
        )
        return self.world.past.make(notice, at=piece.at, by=System("Somebody is to be told"))

    def note_hops(self) -> None:
        """What became of each notice, as the ledger keeps it."""
        hops = [
            Hop(notification=notice, channel=channel, what=what, at=notice.created_at)
            for notice in self.notices
            for channel in (BELL, POPUP)
            for what in (Hop.What.PLANNED, Hop.What.SENT)
        ]
        shown = [
            Hop(notification=notice, channel=BELL, what=Hop.What.SHOWN, at=notice.seen_at)
            for notice in self.notices
            if notice.seen_at
        ]
        Hop.objects.bulk_create([*hops, *shown], batch_size=500)
