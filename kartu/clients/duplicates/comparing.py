"""Two cards side by side: what they hold once, to be chosen from, and what goes over."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.clients.actions.merging import choices_for, differ_out_of_sight, lacking
from kartu.clients.card_fields import in_words
from kartu.clients.duplicates.judging import in_words as why_in_words
from kartu.clients.duplicates.moving import LABEL
from kartu.clients.forms.client import ClientForm
from kartu.clients.models import Client, DuplicatePair
from kartu.clients.rights import HAND_OVER, MERGE
from kartu.core.actors import Actor
from kartu.records.custom.definitions import fields_of
from kartu.records.models import File
from kartu.records.rights import FILES_VIEW
from kartu.records.uses import Use, uses_of

SHOWN = {"name": ("name", "kind", "salutation"), "consent": ("consent_at", "consent_how")}
NAMES = {"responsible": gettext_lazy("Looks after"), "consent": ClientForm.base_fields["consent_at"].label}


@dataclass(frozen=True)
class Line:
    """One thing that a card holds once, as both tell it. `takes`: the other's value is chosen at first."""

    name: str
    label: str
    ours: str
    theirs: str
    takes: bool = False

    @property
    def is_same(self) -> bool:
        return self.ours == self.theirs


class Comparison:
    """`client` stays, `other` goes into it. `taken`: the lines in which the other's value was chosen; None: not yet."""

    def __init__(self, client: Client, other: Client, by: Actor, taken: Iterable[str] | None = None) -> None:
        self.client, self.other, self.by = client, other, by
        self.taken = lacking(client, other, by) if taken is None else set(taken)

    @cached_property
    def lines(self) -> list[Line]:
        """What differs, and what is the same and filled in; who may not hand over does not choose who looks after."""
        names = [name for name in choices_for(self.by) if name != "responsible" or self.by.may(HAND_OVER)]
        lines = [self.line(name) for name in names]
        return [line for line in lines if line.ours or line.theirs]

    def line(self, name: str) -> Line:
        cards = (self.client, self.other)
        if own := fields_of(LABEL).get(name):
            return Line(name, own.name, *(own.said_in(card.custom) for card in cards), name in self.taken)
        label = str(NAMES.get(name) or ClientForm.base_fields[name].label)
        return Line(name, label, *(told(card, name) for card in cards), name in self.taken)

    @cached_property
    def moves(self) -> list[Use]:
        """What hangs on the other card, as far as the person sees it."""
        uses = [use for use in uses_of(self.other, by=self.by) if use.count]
        files = File.objects.visible_to(self.by).filter(about_type=Client._meta.label_lower, about_id=self.other.pk)
        count = files.count() if self.by.may(FILES_VIEW) else 0
        return [*uses, *([Use(_("files"), count)] if count else [])]

    @cached_property
    def hidden_count(self) -> int:
        """Fields that differ and that the person does not see: those of the card that stays are kept."""
        return len(differ_out_of_sight(self.client, self.other, self.by))

    @cached_property
    def why(self) -> list[str]:
        first, second = sorted((self.client.pk, self.other.pk))
        pair = DuplicatePair.objects.filter(client_id=first, other_id=second).first()
        return why_in_words(pair.why) if pair else []

    @property
    def cards(self) -> list[Client]:
        return [self.client, self.other]

    @property
    def versions(self) -> str:
        return f"{self.client.version}-{self.other.version}"


def told(client: Client, name: str) -> str:
    if name == "responsible":
        return client.responsible.name if client.responsible else ""
    return " · ".join(filter(None, (in_words(client, each) for each in SHOWN.get(name, (name,)))))


def pairs_of(tokens: Iterable[str], by: Actor) -> list[tuple[Client, Client]]:
    """ "17-23" -> the two clients, those that `by` may merge; others are left out."""
    wanted = [tuple(map(int, token.split("-"))) for token in tokens if is_token(token)]
    ids = {pk for pair in wanted for pk in pair}
    rows = {row.pk: row for row in Client.objects.visible_to(by, MERGE).filter(pk__in=ids)}
    return [(rows[one], rows[other]) for one, other in wanted if one in rows and other in rows]


def behind(pairs: QuerySet[DuplicatePair], place: str) -> QuerySet[DuplicatePair]:
    """The less likely ones than that at `place` (`DuplicatePair.place`); all of them behind none, or nonsense."""
    score, _dash, pk = place.partition("-")
    if not all(part.isascii() and part.isdigit() for part in (score, pk)) or len(score) > 3 or len(pk) > 18:
        return pairs
    return pairs.filter(Q(score__lt=int(score)) | Q(score=int(score), pk__gt=int(pk)))


def with_cards(page: Iterable[DuplicatePair], by: Actor) -> list[tuple[DuplicatePair, Client, Client]]:
    """Each pair with its two cards, as far as `by` may merge both."""
    page = list(page)
    ids = {pk for pair in page for pk in (pair.client_id, pair.other_id)}
    cards = Client.objects.visible_to(by, MERGE).select_related("responsible").in_bulk(ids)
    both = [(pair, cards.get(pair.client_id), cards.get(pair.other_id)) for pair in page]
    return [(pair, one, other) for pair, one, other in both if one and other]


def is_token(token: str) -> bool:
    one, dash, other = token.partition("-")
    return bool(dash) and all(part.isascii() and part.isdigit() and len(part) < 19 for part in (one, other))
