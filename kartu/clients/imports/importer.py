"""The importer of clients, as the engine knows it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from kartu.clients import derived
from kartu.clients.imports import fields, known, programs, templates
from kartu.clients.imports.checking import ClientChecker
from kartu.clients.imports.parting import parted
from kartu.clients.imports.rows_list import settle_rows_list
from kartu.clients.imports.writing import ClientWriter
from kartu.clients.jobs import import_clients
from kartu.clients.models import Client, ClientRow, Touch
from kartu.clients.rights import CHANGE, IMPORT
from kartu.core.actors import Actor
from kartu.firm.models import Firm
from kartu.records.imports.guess import Column
from kartu.records.imports.importers import MODE, Earlier, Mode, Plan, Question, TakenBack, Template
from kartu.records.imports.made import made_by
from kartu.records.imports.mapping import Choice, Target, Words
from kartu.search import index
from kartu.security import audit
from kartu.security.rows import GuardedModel

CHANGES = (Mode.CHANGE.value, _("Only changes"))
WHY = "the clients of an import that is taken back"


class ClientImporter:
    key = "clients"
    label = _("Clients")
    right = IMPORT
    order = 10
    job = import_clients

    def words_for(self, by: Actor) -> Words:
        return fields.words_for(by)

    def targets_for(self, by: Actor) -> Mapping[str, Target]:
        return fields.targets_for(by)

    def settle(self, choices: list[Choice], columns: list[Column], by: Actor) -> None:
        fields.settle(choices, columns)
        settle_rows_list(choices, columns, by)

    def missing(self, choices: Iterable[Choice]) -> str:
        return fields.missing(choices)

    def program_of(self, columns: list[Column]) -> str:
        return programs.program_of([column.header for column in columns])

    def template(self, by: Actor) -> Template:
        return templates.template(by)

    def parts_of(self, target: str, text: str) -> list[tuple[str, str]]:
        found = parted(text.replace("\n", ", "), home_country())
        parts = {part: getattr(found, part) for part in ("street", "city", "region", "postcode", "country")}
        told = {part: value for part, value in parts.items() if value}
        return [(str(fields.TARGETS[part].label), value) for part, value in told.items()] if len(told) > 1 else []

    def questions(self, choices: list[Choice], layout: Mapping[str, Any]) -> list[Question]:
        mapped = {choice.target for choice in choices}
        asked = [
            Question(MODE, _("What comes in"), modes(mapped)),
            Question("known_by", _("What clients are known by"), known_by(mapped)),
            Question(
                "responsible",
                _("Who looks after clients for whom the file names nobody"),
                (("me", _("I do")), ("nobody", _("Nobody yet"))),
            ),
            Question(
                "bad",
                _("A row with a phone, a date or a number that cannot be read"),
                (
                    ("reject", _("Leave it out, and list it")),
                    ("note", _("Take it, and put what cannot be read into the note")),
                ),
            ),
        ]
        if "name" in mapped and "company" not in mapped and not mapped & fields.PERSON_FIELDS:
            asked.insert(
                0,
                Question(
                    "names",
                    _("Names without PT, LLC or the like are"),
                    (("auto", _("decided one by one")), ("company", _("companies")), ("person", _("people"))),
                ),
            )
        return asked

    def checker(
        self, plan: Plan, *, by: Actor, batch_id: int | None = None, earlier: Earlier | None = None
    ) -> ClientChecker:
        return ClientChecker(plan, home_country(), by=by, batch_id=batch_id, earlier=earlier)

    def writer(self, plan: Plan, *, batch_id: int, by: Actor) -> ClientWriter:
        return ClientWriter(plan, home_country(), batch_id=batch_id, by=by)

    def take_back(
        self, batch_ids: Sequence[int], undo_id: int, *, by: Actor, was_seen: bool, after: int, limit: int
    ) -> TakenBack:
        rows = Client.objects.visible_to(by, CHANGE) if was_seen else Client.objects.as_system(WHY)
        made = made_by(rows, batch_ids, was_seen=was_seen, after=after, limit=limit)
        # They go whole: the columns that repeat their parts stay as they are, and nobody finds them any more.
        with derived.paused(), index.paused(), transaction.atomic():
            index.drop("client", made.ids)
            return made.trash(undo_id, by)

    def renew(self, rows: Sequence[GuardedModel]) -> None:
        roots = {row.audit_root() for row in rows}
        # The columns that repeat parts cost as much as all the rest, and stay where no part was written.
        repeats = nullcontext() if any(not isinstance(row, Client) for row in rows) else derived.paused()
        with repeats:
            audit.written.send(sender=None, roots=roots)
        # The search does not look at all of a card whenever a part of it is written.
        index.index(row for row in rows if isinstance(row, Touch | ClientRow))

    def created_url(self, batch_id: int) -> str:
        try:
            return reverse("clients:list")
        except NoReverseMatch:
            return ""


def modes(mapped: set[str]) -> tuple[tuple[str, Any], ...]:
    """The kinds of import; rows of a table, with nothing but the name of their client, most often are for one who is
    here."""
    new, both = (Mode.NEW.value, _("Only new ones")), (Mode.BOTH.value, _("New ones, and changes"))
    is_rows = "name" in mapped and fields.has_tables(mapped) and not mapped & fields.TARGETS.keys() - {"name"}
    return (both, new, CHANGES) if is_rows else (new, both, CHANGES)


def known_by(mapped: set[str]) -> tuple[tuple[str, Any], ...]:
    """The ways to know a client again that the columns allow."""
    ways = [
        ("id", fields.NUMBER, {"id"}),
        ("tax", _("tax number"), {"tax_id", "vat", "nik", "ogrn"}),
        ("phone", _("phone"), {"phone", "whatsapp"}),
        ("email", _("e-mail"), {"email"}),
        ("name", _("name and city"), {"name", "company", "person", "family", "given"}),
    ]
    found = [(key, label) for key, label, targets in ways if mapped & targets]
    return ((known.AUTO, _("whatever is surest in the row")), *found)


def home_country() -> str:
    firm = Firm.current()
    return firm.country if firm else ""
