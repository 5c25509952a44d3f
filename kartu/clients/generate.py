"""Very many made-up clients at once, for measurements: whole rows of every table, as actions would have left them."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import models, transaction

from kartu.clients.duplicates.keys import key_of_company, key_of_person
from kartu.clients.models import Address, Category, Channel, Client, Contact, Source, Status, Touch
from kartu.clients.sampling.maker import MadeClient, MadePerson, Maker
from kartu.core import bulk
from kartu.core.text import sort_key
from kartu.firm.models import User
from kartu.firm.phones import search_digits
from kartu.security import audit
from kartu.security.models import AuditPayload, AuditRow
from kartu.security.models.audit import Verb

CHUNK = 5000


@dataclass(frozen=True)
class Volume:
    """How much to make: clients, touches of each on the average, and whether every row gets its audit row."""

    clients: int
    touches: float = 2.0
    audit: bool = True
    language: str = "mixed"
    seed: int = 1


class Table:
    """Collects rows of one model as tuples; columns left out take the model's default."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self.columns = [field.column for field in model._meta.concrete_fields]
        self.defaults = {field.column: self._default(field) for field in model._meta.concrete_fields}
        hidden = getattr(model, "derived_fields", frozenset()) | {"id", "version"}
        told = [field for field in model._meta.concrete_fields if field.attname not in hidden]
        self.told = [(field.attname, field.get_default()) for field in told]
        self.rows: list[dict[str, Any]] = []

    def add(self, **values: Any) -> dict[str, Any]:
        self.rows.append(values)
        return values

    def write(self) -> None:
        """Insert what was collected; ids are given to rows that have none."""
        if "id" in self.columns and self.rows and "id" not in self.rows[0]:
            for row, pk in zip(self.rows, bulk.reserve_ids(self.model, len(self.rows)), strict=True):
                row["id"] = pk
        whole = ([row.get(column, self.defaults[column]) for column in self.columns] for row in self.rows)
        bulk.insert(self.model, self.columns, whole)

    def audited(self, row: dict[str, Any]) -> dict[str, Any]:
        """What the audit payload of a new row holds."""
        return {name: audit.plain(row.get(name, default)) for name, default in self.told}

    def clear(self) -> None:
        self.rows = []

    @staticmethod
    def _default(field: models.Field) -> Any:
        value = field.get_default()
        if isinstance(field, models.JSONField):
            return json.dumps(value)
        return value.value if isinstance(value, models.Choices) else value


class Generator:
    """Writes made-up clients in chunks, one transaction each. `after_chunk(ids)` lets others add theirs (search)."""

    def __init__(self, volume: Volume, after_chunk: Callable[[Iterable[int]], None] = lambda ids: None) -> None:
        self.volume = volume
        self.after_chunk = after_chunk
        self.maker = Maker(volume.language, volume.seed)
        self.random = self.maker.random
        self.people = list(User.objects.select_related("team").filter(is_active=True))
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.directories = {model: self._directory(model) for model in (Status, Category, Source)}
        self.tables = {model: Table(model) for model in (Client, Contact, Channel, Address, Touch)}

    def run(self, progress: Callable[[int], None] = lambda done: None) -> None:
        made, done = self.maker.clients(self.volume.clients), 0
        while chunk := list(islice(made, CHUNK)):
            with transaction.atomic():
                ids = self._write(chunk)
                self.after_chunk(ids)
            done += len(chunk)
            progress(done)

    def _directory(self, model: type[models.Model]) -> list[int]:
        words = self.maker.words[0]
        names = {Status: words.statuses, Category: words.categories, Source: words.sources}[model]
        for position, name in enumerate(names):
            if not model.objects.filter(name=name).exists():
                model.objects.create(name=name, position=position)
        return list(model.objects.values_list("pk", flat=True))

    def _write(self, chunk: list[MadeClient]) -> list[int]:
        ids = list(bulk.reserve_ids(Client, len(chunk)))
        self.contact_ids = iter(bulk.reserve_ids(Contact, sum(len(made.people) for made in chunk)))
        for pk, made in zip(ids, chunk, strict=True):
            self._client(pk, made)
        for table in self.tables.values():
            table.write()
        if self.volume.audit:
            self._write_audit()
        for table in self.tables.values():
            table.clear()
        return ids

    def _client(self, pk: int, made: MadeClient) -> None:
        person = self.random.choice(self.people)
        created_at = self.now - timedelta(minutes=self.random.randrange(60 * 24 * 900))
        row = self.tables[Client].add(
            id=pk,
            kind=Client.Kind.COMPANY if made.is_company else Client.Kind.PERSON,
            name=made.name,
            name_key=sort_key(made.name)[:320],
            match_key=key_of_company(made.name) if made.is_company else key_of_person(made.name, "", ""),
            about=made.about,
            country=made.country,
            status_id=self.random.choice(self.directories[Status]),
            category_id=self.random.choice(self.directories[Category]),
            source_id=self.random.choice(self.directories[Source]),
            responsible_id=person.pk,
            team_id=person.team_id,
            phone=made.phone,
            email=made.email,
            city=made.city,
            city_key=sort_key(made.city)[:140],
            created_at=created_at,
            created_by_id=person.pk,
        )
        self._address(pk, made)
        self._channels(pk, None, made.phone, made.email)
        for at, contact in enumerate(made.people):
            self._contact(pk, contact, is_main=at == 0)
        self._touches(row, person, created_at)

    def _address(self, pk: int, made: MadeClient) -> None:
        self.tables[Address].add(
            client_id=pk,
            street=made.street,
            city=made.city,
            city_key=sort_key(made.city)[:140],
            region=made.region,
            postcode=made.postcode,
            country=made.country,
            is_main=True,
        )

    def _contact(self, client_id: int, contact: MadePerson, *, is_main: bool) -> None:
        pk = next(self.contact_ids)
        self.tables[Contact].add(
            id=pk,
            client_id=client_id,
            name=contact.name,
            name_key=sort_key(contact.name)[:320],
            match_key=key_of_person(contact.name, contact.family, contact.given),
            given_name=contact.given,
            family_name=contact.family,
            position=contact.position,
            is_main=is_main,
        )
        self._channels(client_id, pk, contact.phone, contact.email)

    def _channels(self, client_id: int, contact_id: int | None, phone: str, email: str) -> None:
        for kind, value in ((Channel.Kind.PHONE, phone), (Channel.Kind.EMAIL, email)):
            self.tables[Channel].add(
                client_id=client_id,
                contact_id=contact_id,
                kind=kind,
                value=value,
                typed=value,
                digits=search_digits(value)[:60] if kind == Channel.Kind.PHONE else "",
                is_main=True,
            )

    def _touches(self, row: dict, person: User, since: datetime) -> None:
        words = self.random.choice(self.maker.words)
        texts = {Touch.Kind.CALL: words.calls, Touch.Kind.NOTE: words.notes, Touch.Kind.MEETING: words.meetings}
        days = max(1, (self.now - since).days)
        for _ in range(min(20, round(self.random.expovariate(1 / self.volume.touches)))):
            kind = self.random.choices(list(texts), (6, 3, 1))[0]
            at = since + timedelta(days=self.random.randrange(days), minutes=self.random.randrange(600))
            text = self.random.choice(texts[kind])
            self.tables[Touch].add(client_id=row["id"], kind=kind, at=at, text=text, by_id=person.pk, minutes=None)
            if kind != Touch.Kind.NOTE and at > row.get("last_touch_at", since):
                row["last_touch_at"], row["last_touch_text"] = at, text[:120]

    def _write_audit(self) -> None:
        """The CREATE row and payload of every row just written, as `audit.create_many` would have made them."""
        told = [(table, row) for table in self.tables.values() for row in table.rows]
        audit_rows, payloads = Table(AuditRow), Table(AuditPayload)
        for (table, row), pk in zip(told, bulk.reserve_ids(AuditRow, len(told)), strict=True):
            values = {"after": table.audited(row)}
            root = row["id"] if table.model is Client else row["client_id"]
            audit_rows.add(
                id=pk,
                at=self.now,
                why="made up for a measurement",
                verb=Verb.CREATE,
                object_type=table.model._meta.label_lower,
                object_id=row["id"],
                root_type=Client._meta.label_lower,
                root_id=root,
                digest=audit.digest(values),
            )
            payloads.add(row_id=pk, values=json.dumps(values, ensure_ascii=False))
        audit_rows.write()
        payloads.write()
