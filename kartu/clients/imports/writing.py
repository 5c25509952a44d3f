"""Drafts become rows: the client with its parts, as adding it by hand would have made them, thousands at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone

from kartu.clients import derived
from kartu.clients.duplicates.keys import key_of_person
from kartu.clients.events import ClientsImported
from kartu.clients.imports.cards import Cards
from kartu.clients.imports.columns import NUMBERS, first_way, is_settled, last_touch, match_key
from kartu.clients.imports.docs import Docs, Told
from kartu.clients.imports.drafts import Draft, DraftPerson, DraftWay
from kartu.clients.imports.givens import DIRECTORIES_BY_FIELD, Givens
from kartu.clients.imports.row import RowReader
from kartu.clients.imports.tables import project, worked_out_in
from kartu.clients.imports.updating import Update, Updating
from kartu.clients.models import (
    Address,
    BankAccount,
    Channel,
    Client,
    ClientEntity,
    ClientRow,
    ClientTag,
    ClientValue,
    Collaborator,
    Contact,
    Tag,
    Touch,
)
from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.core.text import fold, sort_key
from kartu.firm import phones
from kartu.firm.models import User
from kartu.records.custom.formulas import formulas_of
from kartu.records.custom.projecting import projected
from kartu.records.imports.importers import Fate, Outcome, Plan
from kartu.records.imports.writing import Ids, Pile, Stale
from kartu.search.index import index
from kartu.security import audit
from kartu.security.rows import GuardedModel

WHY = "the clients that an earlier run of this import has made"


class Company(NamedTuple):
    """A client of the file to which further rows may add people or rows of tables.

    `is_settled`: no way of theirs will become the phone or the e-mail that lists show of it.
    """

    pk: int
    owner_id: int | None
    team_id: int | None
    is_settled: bool


class ClientWriter:
    """Writes the clients of one batch."""

    def __init__(self, plan: Plan, country: str, *, batch_id: int, by: Actor) -> None:
        self.plan, self.country, self.batch_id, self.by = plan, country, batch_id, by
        self.givens = Givens(plan, by)
        self.reader = RowReader(plan, country, by)
        self.ids: dict[type, Ids] = {}
        # By the number of the row that began them.
        self.companies: dict[int, Company] = {}
        self.count = 0

    def recall(self, outcomes: Sequence[Outcome]) -> None:
        """Clients of the batch stand in the order of their rows."""
        began = [each for each in outcomes if each.fate is Fate.NEW and not each.draft.joins_row]
        if not hasattr(self, "_made"):
            made = Client.objects.as_system(WHY).filter(batch_id=self.batch_id).order_by("pk")
            self._made = made.values_list("pk", "responsible_id", "team_id").iterator(chunk_size=2000)
        for outcome, (pk, owner_id, team_id) in zip(began, self._made, strict=False):
            self.began(outcome, pk, owner_id, team_id)

    def began(self, outcome: Outcome, pk: int, owner_id: int | None, team_id: int | None) -> None:
        self.count += 1
        if outcome.draft.is_company or self.reader.tables:
            self.companies[outcome.row.number] = Company(pk, owner_id, team_id, is_settled(outcome.draft))

    def prepare(self, outcomes: Sequence[Outcome]) -> "ClientPile":
        pile = ClientPile(self)
        for update in Updating(self.reader, self.givens, Cards(outcomes, self.by)).compare(outcomes):
            pile.update(update)
        for outcome in outcomes:
            if outcome.fate is not Fate.NEW:
                continue
            if outcome.draft.joins_row:
                pile.join(outcome.draft, self.companies[outcome.draft.joins_row])
            else:
                pile.client(outcome)
        pile.pack()
        return pile

    def write(self, prepared: "ClientPile") -> None:
        prepared.write()

    def finish(self) -> None:
        publish(ClientsImported(self.batch_id, self.count, self.by.pk))


class ClientPile:
    """The rows of some drafts."""

    def __init__(self, writer: ClientWriter) -> None:
        self.writer = writer
        self.pile = Pile(writer.by, writer.batch_id, writer.ids)
        self.now = timezone.now()
        self.new_items = Items(writer.givens)
        self.joined: set[int] = set()
        self.named: set[int] = set()
        self.updates: list[Update] = []
        # Clients of which the list and the search tell something else afterwards.
        self.renewed: set[tuple[str, int]] = set()
        self.docs = Docs(writer.batch_id)
        self.formulas = formulas_of(Client._meta.label_lower, None)

    def pack(self) -> None:
        self.pile.pack()
        self.docs.pack()

    def write(self) -> None:
        if self._added_meanwhile(ClientTag, "tag_id") or self._added_meanwhile(Collaborator, "person_id"):
            raise Stale
        User.objects.now_take_part(self.named)
        self.pile.write()
        if self.joined:
            derived.renew(self.joined)
        self.docs.write()
        if self.renewed:
            audit.written.send(sender=None, roots=self.renewed)
            index([row for update in self.updates for row in update.added if isinstance(row, Touch | ClientRow)])

    # ---- a client that is here

    def update(self, update: Update) -> None:
        """The rows that a row of the file changes of a client, and those that it adds to it."""
        client = update.card.client
        self.updates.append(update)
        self.renewed.add(client.audit_root())
        for field, name in update.items.items():
            setattr(client, f"{field}_id", self.new_items.id_of(field, name))
        for row in update.changed.values():
            self.pile.change(row)
        for row in update.added:
            self._added(row)

    def _added(self, row: GuardedModel) -> None:
        if isinstance(row, ClientTag) and row.tag_id is None:
            row.tag_id = self.new_items.id_of("tags", row.new_tag)
        if isinstance(row, Collaborator):
            self.named.add(row.person_id)
        if isinstance(row, Touch):
            row.by_id = self.writer.by.pk
        if row._has("batch_id"):
            row.batch_id = self.writer.batch_id
        row.derive()
        values = {}
        for field in row._meta.concrete_fields:
            # A part that hangs on a part of the same row: that one has its id by now.
            if field.is_relation and field.is_cached(row) and field.get_cached_value(row) is not None:
                setattr(row, field.attname, field.get_cached_value(row).pk)
            if not field.primary_key:
                values[field.attname] = getattr(row, field.attname)
        row.pk = self.pile.add(type(row), root=row.audit_root(), **values)
        if isinstance(row, ClientRow):
            project(self.pile, row.pk, row.own_values)

    def _added_meanwhile(self, model: type[GuardedModel], column: str) -> bool:
        """Whether somebody has given a client a tag or a colleague that it is about to be given: it has each once."""
        rows = [row for update in self.updates for row in update.added if isinstance(row, model)]
        wanted = {(row.client_id, getattr(row, column)) for row in rows}
        there = model.objects.as_system(WHY).filter(trashed_at=None, client_id__in={row.client_id for row in rows})
        return bool(wanted) and not wanted.isdisjoint(there.values_list("client_id", column))

    # ---- a client

    def client(self, outcome: Outcome) -> None:
        draft = outcome.draft
        givens, batch = self.writer.givens, self.writer.batch_id
        responsible = givens.responsible(draft)
        parts = draft.parts
        phone, email = first_way(draft, NUMBERS), first_way(draft, (Channel.Kind.EMAIL,))
        columns = dict(
            kind=(Client.Kind.COMPANY if draft.is_company else Client.Kind.PERSON).value,
            name=draft.name,
            name_key=sort_key(draft.name)[:320],
            match_key=match_key(draft),
            family_name=parts.family if parts else "",
            given_name=parts.given if parts else "",
            patronymic=parts.patronymic if parts else "",
            salutation="" if draft.is_company else draft.salutation,
            about=draft.about,
            country=draft.country,
            language=draft.language,
            birthday=draft.birthday,
            consent_at=draft.consent_at,
            status_id=self.new_items.id_of("status", draft.status),
            category_id=self.new_items.id_of("category", draft.category),
            source_id=self.new_items.id_of("source", draft.source),
            responsible_id=responsible and responsible.pk,
            team_id=responsible and responsible.team_id,
            phone=phone,
            email=email,
            city=draft.city,
            city_key=sort_key(draft.city)[:140],
            **last_touch(draft),
            created_at=draft.created_at or self.now,
            created_by_id=self.writer.by.pk,
            batch_id=batch,
            custom=draft.custom,
        )
        worked_out = self.formulas.of(draft.custom, columns.__getitem__)
        self.client_id = self.pile.add(Client, **columns, worked_out=worked_out)
        own_values = {**draft.custom, **worked_out}
        for value in projected(Client._meta.label_lower, self.client_id, own_values):
            self.pile.add_derived(ClientValue, **value)
        team_id = responsible and responsible.team_id
        self.writer.began(outcome, self.client_id, responsible and responsible.pk, team_id)
        self.told = Told(self.client_id, draft.name, responsible and responsible.pk, team_id)
        self._parts(draft)
        self.docs.client(
            self.told, draft, own_values, last_touch(draft).get("last_touch_at") or draft.created_at or self.now
        )
        self.docs.parts(self.told)

    def join(self, draft: Draft, company: Company) -> None:
        """Only the people of the row and what is theirs, and rows of tables: the client came with an earlier row."""
        self.client_id = company.pk
        if draft.touches:
            self.renewed.add(("clients.client", company.pk))
        if not draft.adds_rows and not company.is_settled:
            self.joined.add(company.pk)
        self.told = Told(company.pk, draft.name, company.owner_id, company.team_id)
        for way in draft.ways:
            way.is_persons = True
        people = [self._person(person, is_main=False) for person in draft.people]
        self._ways(draft.ways, people[0] if people else None)
        self._said(draft)
        self._rows(draft)
        self.docs.parts(self.told)

    def _add(self, model: type, **values: Any) -> int:
        return self.pile.add(model, root=("clients.client", self.client_id), client_id=self.client_id, **values)

    def _parts(self, draft: Draft) -> None:
        people = [self._person(person, is_main=at == 0) for at, person in enumerate(draft.people)]
        self._ways(draft.ways, people[0] if people else None)
        for at, address in enumerate(draft.addresses):
            self._add(
                Address,
                kind=address.kind.value,
                street=address.street,
                city=address.city,
                city_key=sort_key(address.city)[:140],
                region=address.region,
                postcode=address.postcode,
                country=address.country,
                is_main=at == 0,
                batch_id=self.writer.batch_id,
            )
        self._papers(draft)
        for tag in draft.tags:
            self._add(ClientTag, tag_id=self.new_items.id_of("tags", tag))
        for person_id in draft.taking_part:
            self.named.add(person_id)
            by_id, batch_id = self.writer.by.pk, self.writer.batch_id
            self._add(Collaborator, person_id=person_id, added_by_id=by_id, batch_id=batch_id)
        self._said(draft)
        self._rows(draft)

    def _rows(self, draft: Draft) -> None:
        for row in draft.rows:
            worked_out = worked_out_in(row)
            pk = self._add(ClientRow, section_id=row.section_id, custom=row.custom, worked_out=worked_out)
            self.told.rows[pk] = {**row.custom, **worked_out}
            project(self.pile, pk, self.told.rows[pk])

    def _person(self, person: DraftPerson, *, is_main: bool) -> int:
        pk = self._add(
            Contact,
            name=person.name,
            name_key=sort_key(person.name)[:320],
            match_key=key_of_person(person.name, person.parts.family[:120], person.parts.given[:120]),
            family_name=person.parts.family[:120],
            given_name=person.parts.given[:120],
            patronymic=person.parts.patronymic[:120],
            salutation=person.salutation[:40],
            position=person.position,
            birthday=person.birthday,
            is_main=is_main,
            batch_id=self.writer.batch_id,
        )
        self.told.people[pk] = person.name
        return pk

    def _ways(self, ways: list[DraftWay], person_id: int | None) -> None:
        firsts: set[tuple] = set()
        for way in ways:
            place = (way.kind, way.is_persons)
            is_number = way.kind in NUMBERS or way.value.startswith("+")
            found_by = phones.search_digits(way.value)[:60] if is_number else ""
            is_main = place not in firsts
            person = person_id if way.is_persons else None
            self.told.add_way(person, way.value, found_by, is_main=is_main)
            self._add(
                Channel,
                contact_id=person,
                kind=way.kind.value,
                value=way.value,
                typed=way.typed,
                extension=way.extension,
                label=way.label,
                digits=found_by,
                is_main=is_main,
                batch_id=self.writer.batch_id,
            )
            firsts.add(place)

    def _papers(self, draft: Draft) -> None:
        bank_name, bank_code, account = draft.bank
        entity_id = None
        if draft.has_entity:
            entity_id = self._add(
                ClientEntity,
                name=draft.legal_name or draft.name,
                country=draft.country or self.writer.country,
                registry_ids=draft.registry_ids,
                tax_id=draft.tax_id,
                address=draft.legal_address,
                is_main=True,
                batch_id=self.writer.batch_id,
            )
        if account:
            self._add(
                BankAccount,
                entity_id=entity_id,
                bank_name=bank_name,
                bank_code=bank_code,
                account=account,
                is_main=True,
            )

    def _said(self, draft: Draft) -> None:
        for touch in draft.touches:
            self._touch(touch.kind, touch.at, touch.text)
        if draft.note:
            self._touch(Touch.Kind.NOTE, self.now, draft.note)

    def _touch(self, kind: Touch.Kind, at: datetime, text: str) -> None:
        pk = self._add(
            Touch,
            kind=kind.value,
            at=at,
            text=text,
            by_id=self.writer.by.pk,
            batch_id=self.writer.batch_id,
        )
        self.told.touches[pk] = text, at


class Items:
    """Ids of the values of lists; new ones are added when the first row needs them."""

    def __init__(self, givens: Givens) -> None:
        self.givens = givens

    def id_of(self, field: str, name: str) -> int | None:
        if not name:
            return None
        model = DIRECTORIES_BY_FIELD.get(field, Tag)
        known = self.givens.known[model]
        key = fold(name)
        if key not in known:
            known[key] = self.givens.add(model, name).pk
        return known[key]
