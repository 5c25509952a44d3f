"""Cards with notes, as an app above would have them: owned rows, parts, a trash, imports."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from kartu.core.actors import Scope, System
from kartu.core.rights import Right, rights
from kartu.core.tests.tables import create_table
from kartu.firm.models import Team, User
from kartu.firm.phones import search_digits
from kartu.search.index import index
from kartu.search.sources import DocFields, Hit, Source, sources
from kartu.security import audit
from kartu.security.row_rules import OwnedRows, PartRows
from kartu.security.rows import GuardedModel

VIEW = "cards.view"


@dataclass
class Cards:
    """The test's records: `add` makes a card as the system would, `note` a note on it."""

    Card: type[models.Model]
    Note: type[models.Model]

    def add(self, name: str, *, of: User | None = None, **fields: Any) -> models.Model:
        card = self.Card(name=name, responsible=of, team=of.team if of else None, **fields)
        return self.write(card)

    def note(self, card: models.Model, text: str) -> models.Model:
        note = self.write(self.Note(card=card, text=text))
        index([note])
        return note

    def write(self, row: models.Model) -> models.Model:
        with audit.acting_as(System("a test")):
            row.save()
        return row


@pytest.fixture
def cards(db, monkeypatch) -> Iterator[Cards]:
    with isolate_apps("kartu.search"):

        class Card(GuardedModel):
            row_rule = OwnedRows(view=VIEW, change=VIEW)

            name = models.CharField(max_length=200)
            people = models.CharField(max_length=200, blank=True)
            phone = models.CharField(max_length=40, blank=True)
            email = models.CharField(max_length=100, blank=True)
            tax_id = models.CharField(max_length=40, blank=True)
            responsible = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
            team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
            batch_id = models.BigIntegerField(null=True)
            trashed_at = models.DateTimeField(null=True)

            class Meta:
                app_label = "search"

            def __str__(self) -> str:
                return self.name

        class Note(GuardedModel):
            row_rule = PartRows("card", Card.row_rule)

            card = models.ForeignKey(Card, models.CASCADE, related_name="notes")
            text = models.TextField()
            trashed_at = models.DateTimeField(null=True)

            class Meta:
                app_label = "search"

            def __str__(self) -> str:
                return self.text

    monkeypatch.setattr(sources, "_items", {})
    monkeypatch.setitem(rights._items, VIEW, Right(VIEW, "See cards", {"head": Scope.TEAM, "seller": Scope.OWN}))
    for model in (Card, Note):
        monkeypatch.setitem(apps.all_models["search"], model._meta.model_name, model)
        create_table(model)
    sources.add(Source("card", "Cards", "building", 10, "search.card", card_fields, card_hit, VIEW))
    notes = Source("note", "Notes", "note", 20, "search.note", note_fields, note_hit, VIEW, whole="card", follows=False)
    sources.add(replace(notes, related=with_card, shown=with_card))
    yield Cards(Card, Note)


def with_card(notes: models.QuerySet) -> models.QuerySet:
    return notes.select_related("card")


def card_fields(card: Any) -> DocFields:
    return DocFields(
        card.pk,
        card.name,
        names=[card.people],
        words=[card.email],
        digits=[search_digits(card.phone), card.tax_id],
        owner_id=card.responsible_id,
        team_id=card.team_id,
        batch_id=card.batch_id,
    )


def card_hit(card: Any) -> Hit:
    return Hit(card.name, f"/cards/{card.pk}/", fact=card.phone)


def note_fields(note: Any) -> DocFields:
    card = note.card
    return DocFields(
        note.pk, note.text, root_id=card.pk, owner_id=card.responsible_id, team_id=card.team_id, batch_id=card.batch_id
    )


def note_hit(note: Any) -> Hit:
    return Hit(note.text, f"/cards/{note.card_id}/", second=note.card.name)
