"""Clients that rows mean, with all their parts, as they stand now: read in a few queries for many of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from kartu.clients.imports.sharing import taking_part_in
from kartu.clients.models import (
    Address,
    BankAccount,
    Channel,
    Client,
    ClientEntity,
    ClientRow,
    ClientTag,
    Collaborator,
    Contact,
    Touch,
)
from kartu.clients.rights import CHANGE
from kartu.core.actors import Actor
from kartu.records.imports.importers import Fate, Outcome
from kartu.security.rows import GuardedModel

Part = TypeVar("Part", bound=GuardedModel)
PARTS = {
    "contacts": Contact,
    "channels": Channel,
    "addresses": Address,
    "entities": ClientEntity,
    "accounts": BankAccount,
    "tags": ClientTag,
}
# Parts of which a card has very many, so that only some are read, or that few files bring.
ASKED_FOR = {Touch: "touches", ClientRow: "rows", Collaborator: "collaborators"}


@dataclass
class Card:
    """A client and its parts. What a row adds stands among them too, unsaved; of touches only those asked for.

    `rows` are those of tables to which rows of the file bring some; `collaborators` are there where it names any.
    """

    client: Client
    contacts: list[Contact] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    entities: list[ClientEntity] = field(default_factory=list)
    accounts: list[BankAccount] = field(default_factory=list)
    tags: list[ClientTag] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    rows: list[ClientRow] = field(default_factory=list)
    collaborators: list[Collaborator] = field(default_factory=list)

    def of(self, model: type[Part]) -> list[Part]:
        if model in ASKED_FOR:
            return getattr(self, ASKED_FOR[model])
        return getattr(self, next(name for name, each in PARTS.items() if each is model))


class Cards:
    """The cards of the clients that `outcomes` change, as far as `by` may change them."""

    def __init__(self, outcomes: Sequence[Outcome], by: Actor) -> None:
        self.by = by
        changing = [outcome for outcome in outcomes if outcome.fate is Fate.CHANGE]
        ids = {outcome.object_id for outcome in changing}
        self._cards: dict[int, Card] = {}
        if not ids:
            return
        self._cards = {client.pk: Card(client) for client in Client.objects.visible_to(by, CHANGE).filter(pk__in=ids)}
        for name, model in PARTS.items():
            self._sort(name, self._parts(model, ids))
        texts = {text for outcome in changing for text in told(outcome)}
        if texts:
            self._sort("touches", self._parts(Touch, ids).filter(text__in=texts))
        tables = {row.section_id for outcome in changing for row in outcome.draft.rows}
        if tables:
            self._sort("rows", self._parts(ClientRow, ids).filter(section_id__in=tables))
        if any(outcome.draft.taking_part for outcome in changing):
            self._sort("collaborators", taking_part_in(self._cards))

    def _parts(self, model: type[Part], ids: set[int]) -> Iterable[Part]:
        return model.objects.visible_to(self.by, CHANGE).filter(client_id__in=ids)

    def _sort(self, name: str, parts: Iterable[GuardedModel]) -> None:
        for part in parts:
            if card := self._cards.get(part.client_id):
                getattr(card, name).append(part)

    def get(self, client_id: int | None) -> Card | None:
        return self._cards.get(client_id)


def told(outcome: Outcome) -> list[str]:
    """The texts of the notes and touches that a row brings."""
    draft = outcome.draft
    return [*filter(None, [draft.note]), *(touch.text for touch in draft.touches)]
