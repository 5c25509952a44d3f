"""What was done to a client, in words: who, what, from what to what."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, models
from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.clients.contact_details import sees_all, veiled
from kartu.clients.models import (
    Address,
    BankAccount,
    Category,
    Channel,
    Client,
    ClientEntity,
    Collaborator,
    Contact,
    Source,
    Status,
    Tag,
    Touch,
)
from kartu.clients.rights import HISTORY, SEE_TOUCHES
from kartu.core import formats
from kartu.core.actors import Actor
from kartu.core.veils import is_veiled
from kartu.firm.models import Team, User
from kartu.firm.requisites import KINDS
from kartu.records.custom.definitions import FieldShape, fields_of, is_told
from kartu.records.custom.references import prepare
from kartu.records.files.about import without_unseen
from kartu.records.models import File
from kartu.security.former import former_kinds
from kartu.security.logbook.kinds import kind_of, model_of
from kartu.security.models.audit import AuditRow, Verb

NAMED = (User, Team, Status, Category, Source, Tag)
# Model -> the column that it is called by.
GUARDED = {Client: "name", Contact: "name", ClientEntity: "name", Collaborator: "person__name"}
# What else a merge moves from card to card; only then does a line have to be asked what it is about.
MOVED = {Channel: "value", Address: "city", BankAccount: "account", Touch: "text", File: "name"}
MOVES = ("client_id", "about_id")
# Columns that tell a reader nothing.
SILENT = {"trashed_at", "batch_id", "created_at", "created_by_id", "typed"}
# What the columns are called whose field bears no name of its own.
LABELS = {
    "client": gettext_lazy("Card"),
    "about_id": gettext_lazy("Card"),
    "merged_into": gettext_lazy("Merged into"),
    "status": gettext_lazy("Status"),
    "category": gettext_lazy("Category"),
    "source": gettext_lazy("Where from"),
    "responsible": gettext_lazy("Looks after"),
    "team": gettext_lazy("Team"),
    "contact": gettext_lazy("Contact"),
    "person": gettext_lazy("Person"),
    "entity": gettext_lazy("Legal person"),
    "done_at": gettext_lazy("Done"),
}

# The verbs whose lines tell of columns; one that puts in the trash tells which card took over, if one did.
TOLD = (Verb.CHANGE, Verb.TRASH, Verb.RESTORE)

Names = dict[tuple[str, int], str]


@dataclass(frozen=True)
class Change:
    """One field, `before` and `after` as a person reads them; "" where it was, or is, empty."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One row of the log in words. `what` names the kind of thing ("contact"), `name` the thing itself."""

    number: int
    at: datetime
    verb: str
    who_id: int | None
    who: str
    what: str
    name: str
    changes: list[Change] = field(default_factory=list)
    address: str = ""

    @property
    def did(self) -> str:
        return str(Verb(self.verb).label)

    @property
    def is_of_client(self) -> bool:
        return self.name == ""


def rows_about(client: Client, by: Actor) -> QuerySet[AuditRow]:
    """The log of the client and its parts, as far as `by` may know of what it is about."""
    rows = AuditRow.objects.filter(root_type=Client._meta.label_lower, root_id=client.pk)
    return without_unseen(of_open_sections(rows, by), by)


def of_open_sections(rows: QuerySet[AuditRow], by: Actor) -> QuerySet[AuditRow]:
    """`rows` of the log, but those about parts that are closed to `by` on every card."""
    return rows if by.may(SEE_TOUCHES) else rows.exclude(object_type=Touch._meta.label_lower)


def lines_of(rows: Iterable[AuditRow], by: Actor, known: Names | None = None) -> list[Line]:
    """`rows` (with their payloads) in the words that `by` may read; one query for all names in them that are not
    `known`, further ones for rare kinds."""
    rows, known = list(rows), known or {}
    names = known | names_in(rows, known)
    for label, pk in [key for key in names if key[0] == Channel._meta.label_lower]:
        names[label, pk] = veiled(names[label, pk], by)
    told = [row.payload.values.get(part) for row in rows for part in ("before", "after")]
    held = [{name[7:]: value for name, value in each.items() if name.startswith("custom.")}
            for each in told if isinstance(each, dict)]  # fmt: skip
    if any(held):
        prepare(list(fields_of(Client._meta.label_lower).values()), held)
    return [line_of(row, names, by) for row in rows]


def told_changes(rows: list[AuditRow], by: Actor) -> dict[int, list[tuple[str, str, str]]]:
    """For the page of the log: what was changed, of the clients whose history `by` may see."""
    if not by.may(HISTORY):
        return {}
    wanted = {row.root_id for row in rows}
    seen = Client.objects.visible_to(by, HISTORY).filter(pk__in=wanted).values_list("pk", flat=True)
    lines = lines_of(of_open_parts([row for row in rows if row.root_id in set(seen)], by), by)
    return {
        line.number: [(each.label, each.before, each.after) for each in line.changes] for line in lines if line.changes
    }


def of_open_parts(rows: list[AuditRow], by: Actor) -> list[AuditRow]:
    """`rows` of clients that `by` sees, but those about parts that are closed to him. Only parts are asked for."""
    parts = [row.pk for row in rows if row.object_type != row.root_type]
    if not parts:
        return rows
    told = without_unseen(of_open_sections(AuditRow.objects.filter(pk__in=parts), by), by)
    closed = set(parts) - set(told.values_list("pk", flat=True))
    return [row for row in rows if row.pk not in closed]


def line_of(row: AuditRow, names: Names, by: Actor) -> Line:
    model = model_of(row.object_type)
    values = veiled_values(row.payload.values, by) if model is Channel else row.payload.values
    after = values.get("after", {}) if isinstance(values.get("after"), dict) else {}
    return Line(
        number=row.pk,
        at=row.at,
        verb=row.verb,
        who_id=row.actor_id,
        who=who_did(row, names),
        what=str(model._meta.verbose_name) if model else kind_of(row.object_type),
        name="" if model is Client or not row.object_type else name_of(row, after, names),
        changes=[*changes_of(model, row.verb, values, names), *own_changes(row.verb, values, by)] if model else [],
        address=row.address,
    )


def veiled_values(values: dict, by: Actor) -> dict:
    """What the log keeps of a number or an address, as far as `by` reads such ones."""
    told = dict(values)
    for part in ("before", "after"):
        if isinstance(kept := values.get(part), dict):
            seen = {name: veiled(kept[name], by) for name in ("value", "typed") if isinstance(kept.get(name), str)}
            is_hidden = any(map(is_veiled, seen.values())) or not sees_all(by)
            told[part] = kept | seen | ({"extension": ""} if is_hidden and kept.get("extension") else {})
    if isinstance(values.get("name"), str):  # of what was deleted for good
        told["name"] = veiled(values["name"], by)
    return told


def who_did(row: AuditRow, names: Names) -> str:
    """Who did it, and in whose place."""
    who = names.get(("firm.user", row.actor_id), "") or row.why
    absent = names.get(("firm.user", row.payload.values.get("for")), "")
    return _("%(who)s for %(absent)s") % {"who": who, "absent": absent} if absent else who


def name_of(row: AuditRow, after: dict, names: Names) -> str:
    """The thing itself, as far as its values tell: a contact's name, a phone, the text of a note."""
    for column in ("name", "value", "account", "street", "text", "what"):
        if after.get(column):
            return str(after[column])[:80]
    if after.get("tag_id"):
        return names.get(("clients.tag", after["tag_id"]), "")
    unnamed = f"№ {row.object_id}" if row.object_type in former_kinds else ""
    return names.get((row.object_type, row.object_id), unnamed)[:80]


def changes_of(model: type[models.Model], verb: str, values: dict, names: Names) -> list[Change]:
    if verb in (Verb.MERGE, Verb.PART):
        label = _("Took over the card") if verb == Verb.MERGE else _("Gave back the card")
        return [Change(label, "", names.get(("clients.client", values["card"]), ""))]
    if verb not in TOLD:
        return []
    before, after = values.get("before", {}), values.get("after", {})
    columns = {column.attname: column for column in model._meta.concrete_fields}
    return [
        Change(label_of(columns[name]), told(columns[name], before.get(name), names), told(columns[name], value, names))
        for name, value in after.items()
        if name in columns and name not in SILENT
    ]


def own_field(column: str) -> FieldShape | None:
    """The field of the firm's own that the log calls `column`."""
    return fields_of(Client._meta.label_lower).get(column) if column.startswith("custom.") else None


def own_changes(verb: str, values: dict, by: Actor) -> list[Change]:
    """Changes of the firm's own fields, those in the trash too, as far as `by` sees them."""
    if verb != Verb.CHANGE:
        return []
    changes = []
    for name, value in values.get("after", {}).items():
        shape = own_field(name)
        if shape is not None and is_told(shape, by):
            key = str(shape.id)
            before = shape.said_in({key: values.get("before", {}).get(name)})
            changes.append(Change(shape.name, before, shape.said_in({key: value})))
    return changes


def label_of(column: models.Field) -> str:
    label = str(LABELS.get(column.name) or column.verbose_name)
    return label[:1].upper() + label[1:]


def told(column: models.Field, value: Any, names: Names) -> str:
    """A column's value, as the log keeps it, as a person reads it."""
    if value in (None, "", [], {}):
        return ""
    if column.name == "about_id":
        return names.get((Client._meta.label_lower, value), str(value))
    if column.is_relation:
        return names.get((column.related_model._meta.label_lower, value), str(value))
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(column, models.DateTimeField):
        return formats.format_datetime(moment) if (moment := parse_datetime(value)) else value
    if isinstance(column, models.DateField):
        return formats.format_date(day) if isinstance(day := parse_date(value), date) else value
    if isinstance(value, dict):
        return ", ".join(f"{KINDS[code].label if code in KINDS else code} {number}" for code, number in value.items())
    if isinstance(value, list):
        return ", ".join(names.get(("firm.user", pk), str(pk)) for pk in value)
    return str(value)


def names_in(rows: list[AuditRow], known: Names) -> Names:
    """All names that `rows` need: of people, values of lists, and (rarely) of contacts and legal persons."""
    wanted: dict[type[models.Model], set[int]] = {User: {row.actor_id for row in rows if row.actor_id}}
    wanted[User].update(row.payload.values["for"] for row in rows if "for" in row.payload.values)
    for row in rows:
        if model := model_of(row.object_type):
            note_references(model, row, wanted)
            moves = any(column in row.payload.values.get("after", {}) for column in MOVES)
            if (model in GUARDED and model is not Client) or (model in MOVED and row.verb == Verb.CHANGE and moves):
                wanted.setdefault(model, set()).add(row.object_id)
    for model, ids in wanted.items():
        ids.difference_update(pk for label, pk in known if label == model._meta.label_lower)
    return plain_names(wanted) | guarded_names(wanted)


def note_references(model: type[models.Model], row: AuditRow, wanted: dict[type[models.Model], set[int]]) -> None:
    columns = {column.attname: column for column in model._meta.concrete_fields}
    if row.verb in (Verb.MERGE, Verb.PART):
        wanted.setdefault(Client, set()).add(row.payload.values["card"])
    for part in ("before", "after") if row.verb in TOLD else ():
        values = row.payload.values.get(part)
        for name, value in values.items() if isinstance(values, dict) else ():
            column = columns.get(name)
            if name in SILENT or column is None or not value:
                continue
            if column.is_relation or name == "about_id":
                wanted.setdefault(column.related_model or Client, set()).add(value)
            elif name == "mentions":
                wanted[User].update(value)


def plain_names(wanted: dict[type[models.Model], set[int]]) -> Names:
    """In one query. Its SQL is written here, for Django takes ten times as long to put a union together."""
    parts, values = [], []
    for model in NAMED:
        if ids := wanted.get(model):
            table, label = connection.ops.quote_name(model._meta.db_table), model._meta.label_lower
            parts.append(f"SELECT '{label}', id, name FROM {table} WHERE id IN ({', '.join(['%s'] * len(ids))})")  # noqa: S608 - names of the program's own, values apart
            values += ids
    if not parts:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return {(label, pk): name for label, pk, name in cursor.fetchall()}


def guarded_names(wanted: dict[type[models.Model], set[int]]) -> Names:
    """Names of rows that stand in the log of a client which the reader may see."""
    names: Names = {}
    for model, column in (GUARDED | MOVED).items():
        if ids := wanted.get(model):
            rows = model.objects.as_system("names that stand in the history of a client").filter(pk__in=ids)
            names |= {(model._meta.label_lower, pk): name for pk, name in rows.values_list("pk", column)}
    return names
