"""What a row changes of a client that is here: empty fields are filled, others overwritten where a person said so.

Nothing is taken away. Phones, people, tags, colleagues and notes are added where they are not there yet. A second run
of the same row changes nothing.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.contact_details import reads
from kartu.clients.imports.cards import Card, Cards
from kartu.clients.imports.drafts import Draft, DraftAddress, DraftPerson, DraftRow, DraftWay
from kartu.clients.imports.fields import TARGETS
from kartu.clients.imports.givens import DIRECTORIES_BY_FIELD, Givens
from kartu.clients.imports.row import RowReader
from kartu.clients.models import (
    Address,
    BankAccount,
    Channel,
    ClientEntity,
    ClientRow,
    ClientTag,
    Collaborator,
    Contact,
    DirectoryItem,
    Tag,
    Touch,
)
from kartu.core.formats import format_date
from kartu.core.text import fold
from kartu.records.custom.definitions import FieldShape
from kartu.records.imports.importers import Changed, Fate, Outcome, Problem
from kartu.security.columns import set_value
from kartu.security.rows import GuardedModel

NAMES = ("name", "company", "person", "family", "given", "patronymic", "legal_name")
WAYS = {
    Channel.Kind.PHONE: ("phone",),
    Channel.Kind.WHATSAPP: ("whatsapp",),
    Channel.Kind.EMAIL: ("email",),
    Channel.Kind.TELEGRAM: ("telegram",),
    Channel.Kind.SITE: ("site",),
    Channel.Kind.OTHER: ("messenger", "fax"),
}
PLACES = {
    "street": ("street", "street_more", "address"),
    "city": ("city",),
    "region": ("region",),
    "postcode": ("postcode",),
    "country": ("country",),
}
NUMBERS = ("tax_id", "vat", "kpp", "ogrn", "nik", "nib")


class Updating:
    """Compares rows with the cards of the clients they mean."""

    def __init__(self, reader: RowReader, givens: Givens, cards: Cards) -> None:
        self.reader, self.givens, self.cards = reader, givens, cards
        self._names: dict[type[DirectoryItem], dict[int, str]] = {}

    def compare(self, outcomes: Sequence[Outcome]) -> list["Update"]:
        """Give those with the fate CHANGE their `changes`, or the fate SAME; the updates of the former."""
        updates = []
        for outcome in outcomes:
            if outcome.fate is not Fate.CHANGE:
                continue
            card = self.cards.get(outcome.object_id)
            update = Update(self, card, outcome.draft) if card else None
            outcome.changes = update.told if update else []
            if outcome.changes:
                updates.append(update)
                continue
            outcome.fate = Fate.SAME
            told = _("Here already, just so") if card else _("This was moved to the trash meanwhile")
            outcome.problems = [Problem(told)]
        return updates

    def name_of(self, model: type[DirectoryItem], pk: int | None) -> str:
        if model not in self._names:
            self._names[model] = dict(model.objects.values_list("pk", "name"))
        return self._names[model].get(pk, "")


class Update:
    """What one row changes: rows `changed`, rows `added` (unsaved), values of lists still to be found or made."""

    def __init__(self, updating: Updating, card: Card, draft: Draft) -> None:
        self.updating, self.reader, self.card, self.draft = updating, updating.reader, card, draft
        self.told: list[Changed] = []
        self.changed: dict[int, GuardedModel] = {}
        self.added: list[GuardedModel] = []
        self.items: dict[str, str] = {}
        self._client_is_company = card.client.is_company
        self._reached = {(way.kind, way.contact_id) for way in card.channels}
        is_first = not (draft.adds_person or draft.adds_rows)
        if is_first:
            self._client()
        if not draft.adds_rows:
            self._people()
        if is_first:
            self._addresses()
            self._papers()
            self._tags()
            self._collaborators()
        self._touches()
        for row in draft.rows:
            self._row(row)

    # ---- how a value gets in

    def _put(self, row: GuardedModel, column: str, value: Any, *targets: str, label: str = "") -> bool:
        now = getattr(row, column)
        if value in (None, "") or value == now:
            return False
        if now not in (None, "") and not self.reader.overwrites(*targets):
            return False
        setattr(row, column, value)
        self._tell(row, label or TARGETS[targets[0]].label, said(now), said(value))
        return True

    def _tell(self, row: GuardedModel, label: str, before: str, after: str) -> None:
        self.told.append(Changed(str(label), before, after))
        if row.pk:
            self.changed[id(row)] = row

    def _add(self, row: GuardedModel, label: str, text: str) -> None:
        rows = self.card.of(type(row))
        if hasattr(row, "is_main"):
            row.is_main = not any(stand_beside(row, other) for other in rows)
        rows.append(row)
        self.added.append(row)
        self.told.append(Changed(str(label), "", text))

    # ---- the client itself

    def _client(self) -> None:
        client, draft = self.card.client, self.draft
        if draft.is_company == self._client_is_company and draft.given & set(NAMES):
            self._name()
        for column in ("about", "country", "language"):
            self._put(client, column, getattr(draft, column), column)
        if not self._client_is_company and not draft.is_company:
            self._put(client, "salutation", draft.salutation, "salutation")
            self._put(client, "birthday", draft.birthday, "birthday")
        # A mere "yes" means today: it is no news where consent was given before.
        if client.consent_at is None or draft.consent_at != timezone.localdate():
            self._put(client, "consent_at", draft.consent_at, "consent_at")
        for field, model in DIRECTORIES_BY_FIELD.items():
            self._item(field, model, getattr(draft, field))
        for shape in self.reader.own.values():
            self._own(shape)

    def _own(self, shape: FieldShape) -> None:
        """A field of the firm's own."""
        client = self.card.client
        now, value = (shape.kept_in(custom) for custom in (client.custom, self.draft.custom))
        if value is None or value == now or (now is not None and not self.reader.overwrites(shape.key)):
            return
        before = shape.said_in(client.custom)
        set_value(client, shape.column, value)
        self._tell(client, shape.name, before, shape.said_in(client.custom))

    def _name(self) -> None:
        client, parts = self.card.client, self.draft.parts
        if not self._put(client, "name", self.draft.name, *NAMES) or client.is_company or parts is None:
            return
        client.family_name, client.given_name, client.patronymic = parts.family, parts.given, parts.patronymic

    def _item(self, field: str, model: type[DirectoryItem], name: str) -> None:
        client, column = self.card.client, f"{field}_id"
        now = getattr(client, column)
        known = self.updating.givens.known[model].get(fold(name))
        if not name or (known is not None and known == now) or (now and not self.reader.overwrites(field)):
            return
        self.items[field] = name
        self._tell(client, TARGETS[field].label, self.updating.name_of(model, now), name)

    # ---- people and ways to reach them

    def _people(self) -> None:
        client, draft = self.card.client, self.draft
        people, ways = draft.people, draft.ways
        if self._client_is_company and not draft.is_company:
            # The row names a person who works for a client that is here.
            people = [DraftPerson(draft.name, draft.parts, draft.salutation, birthday=draft.birthday)]
            for way in ways:
                way.is_persons = True
        elif not self._client_is_company:
            people = [person for person in people if fold(person.name) != fold(client.name)]
        contacts = [self._person(person) for person in people]
        for way in ways:
            is_persons = (way.is_persons or draft.adds_person) and contacts
            self._way(way, contacts[0] if is_persons else None)

    def _person(self, person: DraftPerson) -> Contact:
        key = fold(person.name)
        contact = next((each for each in self.card.contacts if fold(each.name) == key), None)
        if contact is None:
            contact = new_contact(self.card.client.pk, person)
            self._add(contact, TARGETS["person"].label, person.name)
        else:
            for column in ("position", "birthday", "salutation"):
                label = f"{contact.name}: {TARGETS[column].label}"
                self._put(contact, column, getattr(person, column), column, label=label)
        return contact

    def _way(self, way: DraftWay, contact: Contact | None) -> None:
        """Who reads numbers behind masks adds none beside them: whether it is the same one would be told row by row."""
        kind = way.kind.value
        for known in self.card.channels:
            if (known.kind, known.value) == (kind, way.value) and way.extension in ("", known.extension):
                return
        owner = contact.pk if contact else None
        is_new = contact is not None and contact.pk is None
        overwrites = self.reader.overwrites(*WAYS[way.kind]) and reads(way.value, self.reader.by)
        if not is_new and (kind, owner) in self._reached and not overwrites:
            return
        channel = Channel(client_id=self.card.client.pk, contact=contact, kind=kind, value=way.value, typed=way.typed)
        channel.extension, channel.label = way.extension, way.label
        label = TARGETS[WAYS[way.kind][0]].label
        self._add(channel, f"{contact.name}: {label}" if contact else label, way.typed or way.value)

    # ---- rows of tables

    def _row(self, draft: DraftRow) -> None:
        """A row with the same values in all the fields that the file fills is the one of the file."""
        section = self.reader.tables[draft.section_id]
        keys = [str(shape.id) for shape in section.fields if shape.key in self.reader.columns]
        there = (row.custom for row in self.card.rows if row.section_id == section.id)
        if any(all(custom.get(key) == draft.custom.get(key) for key in keys) for custom in there):
            return
        row = ClientRow(client_id=self.card.client.pk, section_id=section.id, custom=draft.custom)
        said = (shape.said_in(draft.custom) for shape in section.fields)
        self._add(row, section.name, ", ".join(filter(None, said)))

    # ---- addresses, papers, tags, colleagues, notes

    def _addresses(self) -> None:
        passed: Counter[str] = Counter()
        for draft in self.draft.addresses:
            kind = draft.kind.value
            there = [address for address in self.card.addresses if address.kind == kind][passed[kind] :]
            passed[kind] += 1
            if there:
                self._address(there[0], draft)
                continue
            parts = {part: getattr(draft, part) for part in PLACES}
            address = Address(client_id=self.card.client.pk, kind=kind, **parts)
            self._add(address, TARGETS["address"].label, str(address))

    def _address(self, address: Address, draft: DraftAddress) -> None:
        """An address that stands here in one line, as the row has it, stays one line unless it is to be overwritten."""
        is_one_line = fold(address.street) == fold(draft.whole) and not self.reader.overwrites("address")
        for part, targets in PLACES.items():
            if is_one_line and part in draft.by_whole:
                continue
            by_whole = ("address",) if part in draft.by_whole else ()
            self._put(address, part, getattr(draft, part), *targets, *by_whole)

    def _papers(self) -> None:
        draft = self.draft
        entity = self._entity() if draft.has_entity else next(iter(self.card.entities), None)
        name, code, account = draft.bank
        if account and account not in {each.account for each in self.card.accounts}:
            row = BankAccount(client_id=self.card.client.pk, entity=entity, bank_name=name, bank_code=code)
            row.account = account
            self._add(row, TARGETS["bank_account"].label, account)

    def _entity(self) -> ClientEntity:
        draft, there = self.draft, self.card.entities
        entity = next((each for each in there if draft.tax_id and each.tax_id == draft.tax_id), None)
        entity = entity or next(iter(there), None)
        if entity is None:
            entity = ClientEntity(
                client_id=self.card.client.pk,
                name=draft.legal_name or self.card.client.name,
                country=draft.country or self.reader.country,
                registry_ids=draft.registry_ids,
                address=draft.legal_address,
            )
            self._add(entity, TARGETS["tax_id"].label, ", ".join(draft.registry_ids.values()) or entity.name)
            return entity
        self._put(entity, "name", draft.legal_name, "legal_name")
        self._put(entity, "address", draft.legal_address, "legal_address")
        may_overwrite = self.reader.overwrites(*NUMBERS)
        before = entity.registry_ids
        after = before | {code: no for code, no in draft.registry_ids.items() if may_overwrite or code not in before}
        if after != before:
            entity.registry_ids = after
            self._tell(entity, TARGETS["tax_id"].label, ", ".join(before.values()), ", ".join(after.values()))
        return entity

    def _tags(self) -> None:
        has = {row.tag_id for row in self.card.tags}
        pending = {row.new_tag for row in self.card.tags if row.tag_id is None}
        for name in self.draft.tags:
            pk = self.updating.givens.known[Tag].get(fold(name))
            if pk in has if pk else fold(name) in pending:
                continue
            row = ClientTag(client_id=self.card.client.pk, tag_id=pk)
            row.new_tag = fold(name)
            self._add(row, TARGETS["tags"].label, name)

    def _collaborators(self) -> None:
        taking_part = {row.person_id for row in self.card.collaborators} | {self.card.client.responsible_id}
        for pk, name in self.draft.taking_part.items():
            if pk not in taking_part:
                row = Collaborator(client_id=self.card.client.pk, person_id=pk, added_by_id=self.reader.by.pk)
                self._add(row, TARGETS["collaborators"].label, name)

    def _touches(self) -> None:
        told = {(touch.at, touch.text) for touch in self.card.touches}
        noted = {touch.text for touch in self.card.touches}
        for touch in self.draft.touches:
            if (touch.at, touch.text) not in told:
                self._touch(touch.kind, touch.at, touch.text)
        if self.draft.note and self.draft.note not in noted:
            self._touch(Touch.Kind.NOTE, timezone.now(), self.draft.note)

    def _touch(self, kind: Touch.Kind, at: Any, text: str) -> None:
        self._add(Touch(client_id=self.card.client.pk, kind=kind.value, at=at, text=text), TARGETS["note"].label, text)


def new_contact(client_id: int, person: DraftPerson) -> Contact:
    """The person of a row, unsaved."""
    parts = person.parts
    return Contact(
        client_id=client_id,
        name=person.name,
        family_name=parts.family[:120] if parts else "",
        given_name=parts.given[:120] if parts else "",
        patronymic=parts.patronymic[:120] if parts else "",
        salutation=person.salutation[:40],
        position=person.position,
        birthday=person.birthday,
    )


def stand_beside(row: GuardedModel, other: GuardedModel) -> bool:
    """Whether the two are among the parts of which one is the main one."""
    return all(_place(row, column) == _place(other, column) for column in type(row).main_among)


def _place(row: GuardedModel, column: str) -> Any:
    """The id that the column holds, or the unsaved row that it will."""
    field = row._meta.get_field(column)
    if not field.is_relation or getattr(row, column) is not None or not field.is_cached(row):
        return getattr(row, column)
    return id(field.get_cached_value(row)) if field.get_cached_value(row) is not None else None


def said(value: Any) -> str:
    """A value as the person reads it."""
    if value is None:
        return ""
    return format_date(value) if hasattr(value, "isoformat") else str(value)
