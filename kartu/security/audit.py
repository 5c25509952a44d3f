"""The log of acts. A row is written in the transaction of what it tells, or before the first byte leaves."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone

from kartu.core.actors import Actor
from kartu.core.veils import real_of
from kartu.security import origin
from kartu.security.columns import apart
from kartu.security.models.audit import AuditPayload, AuditRow, Verb

BATCH = 500

# The one spelling of JSON that is hashed.
canonical = DjangoJSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


class Unaudited(RuntimeError):
    """A business row was about to be written outside an action. A mistake in the program."""


# Sent once at the end of an action, in its transaction, with roots: {(type, id), ...} of all that was written.
# Who keeps something computed from those rows (the search index, the date of the last touch) renews it here.
written = Signal()


@dataclass(frozen=True)
class Acting:
    actor: Actor
    change_set_id: int | None = None
    roots: set[tuple[str, int]] = field(default_factory=set)
    # The absent colleague in whose place the actor does this.
    for_id: int | None = None


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


def acting() -> Acting:
    """Who acts just now. Raises Unaudited outside an action."""
    now = _acting.get()
    if now is None:
        raise Unaudited("Business rows are written by actions only: wrap this in an action or in acting_as(actor)")
    return now


def is_acting() -> bool:
    """Whether an action runs just now."""
    return _acting.get() is not None


@contextmanager
def acting_as(actor: Actor, change_set_id: int | None = None, *, for_id: int | None = None) -> Iterator[None]:
    """Let `actor` write; open a transaction around it. Inside another one the outer change set goes on."""
    outer = _acting.get()
    if outer:
        now = Acting(actor, change_set_id or outer.change_set_id, outer.roots, for_id or outer.for_id)
    else:
        now = Acting(actor, change_set_id, for_id=for_id)
    token = _acting.set(now)
    try:
        yield
        if outer is None and now.roots:
            written.send(sender=None, roots=now.roots)
    finally:
        _acting.reset(token)


def audited_values(row: models.Model) -> dict[str, Any]:
    """Column -> value, as JSON holds it, of all that the history shows."""
    hidden = getattr(row, "derived_fields", frozenset()) | {"id", "version"}
    return {
        field.attname: plain(real_of(field.value_from_object(row)))
        for field in row._meta.concrete_fields
        if field.attname not in hidden
    }


def plain(value: Any) -> Any:
    """`value` as JSON keeps it: dates and decimals as text, moments in UTC as they are read again, files by their name.

    What another offset says of the same moment is no change, and no conflict for an undo.
    """
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    if isinstance(value, datetime):
        value = value.astimezone(UTC) if value.tzinfo else value
        text = value.isoformat()  # as DjangoJSONEncoder writes it, at a tenth of the cost
        text = text[:23] + text[26:] if value.microsecond else text
        return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text
    if isinstance(value, models.fields.files.FieldFile):
        return value.name or ""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def wrote(row: models.Model, loaded: dict[str, Any], now: Acting) -> AuditRow | None:
    """Tell that `row` was made (`loaded` empty) or changed. None when nothing that counts has changed."""
    now.roots.add(row.audit_root())
    if not loaded:
        values = {"after": audited_values(row)}
        return record(Verb.CREATE, row, by=now.actor, values=values, change_set_id=now.change_set_id)
    values = changes(row, loaded)
    if not values["after"]:
        return None
    return record(verb_of(values), row, by=now.actor, values=values, change_set_id=now.change_set_id)


def changes(row: models.Model, loaded: dict[str, Any]) -> dict[str, dict]:
    """{"before": {...}, "after": {...}} of the columns in which `row` is not what was `loaded`."""
    whole = audited_values(row)
    before = apart(type(row), {name: plain(loaded[name]) for name in whole if name in loaded})
    after = apart(type(row), {name: value for name, value in whole.items() if name in loaded})
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {
        "before": {name: before.get(name) for name in changed},
        "after": {name: after.get(name) for name in changed},
    }


def verb_of(values: dict) -> Verb:
    if "trashed_at" not in values["after"]:
        return Verb.CHANGE
    return Verb.TRASH if values["after"]["trashed_at"] else Verb.RESTORE


def record(
    verb: Verb,
    row: models.Model | None = None,
    *,
    by: Actor,
    values: dict | None = None,
    change_set_id: int | None = None,
) -> AuditRow:
    """Write one audit row with its payload; durable when the surrounding transaction is."""
    audit_row, payload = audit_pair(verb, row, by=by, values=values or {}, change_set_id=change_set_id)
    with transaction.atomic():
        audit_row.save(force_insert=True)
        payload.row = audit_row
        payload.save(force_insert=True)
    return audit_row


def audit_pair(
    verb: Verb, row: models.Model | None, *, by: Actor, values: dict, change_set_id: int | None = None
) -> tuple[AuditRow, AuditPayload]:
    """An audit row and its payload, unsaved."""
    here, now = origin.current(), _acting.get()
    if now is not None and now.for_id and now.actor is by:
        values = {**values, "for": now.for_id}
    root_type, root_id = row.audit_root() if hasattr(row, "audit_root") else ("", None)
    audit_row = AuditRow(
        at=timezone.now(),
        actor_id=by.pk,
        why=getattr(by, "why", ""),
        verb=verb,
        object_type=row._meta.label_lower if row is not None else "",
        object_id=row.pk if row is not None else None,
        root_type=root_type,
        root_id=root_id,
        change_set_id=change_set_id,
        session=here.session,
        address=here.address,
        request_id=here.request_id,
        digest=digest(values),
    )
    return audit_row, AuditPayload(values=values)


def digest(values: dict) -> str:
    """SHA-256 of a payload in its one canonical spelling."""
    return hashlib.sha256(canonical(values).encode()).hexdigest()


def create_many(rows: list[models.Model]) -> list[models.Model]:
    """Insert `rows` of one guarded model, each with its audit row, in one transaction; returns them with their ids."""
    now = acting()
    if not rows:
        return rows
    for row in rows:
        row.derive()
    with transaction.atomic():
        models.QuerySet.bulk_create(type(rows[0]).objects.get_queryset(), rows, batch_size=BATCH)
        _record_many((Verb.CREATE, row, {"after": audited_values(row)}) for row in rows)
        for row in rows:
            row.cleared_for(now.actor)
    return rows


def change_many(rows: Iterable[models.Model], values: dict[str, Any]) -> int:
    """Give all `rows` (read through visible_to) the same `values`, each with its audit row; the number changed.

    `values` maps columns (attnames) to Python values. A row that has them already is left alone.
    """
    acting()
    changed: list[models.Model] = []
    told: list[tuple[Verb, models.Model, dict]] = []
    for row in rows:
        before = {name: plain(real_of(getattr(row, name))) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        after = {name: plain(getattr(row, name)) for name in values}
        if names := [name for name in values if before[name] != after[name]]:
            payload = {"before": {name: before[name] for name in names}, "after": {name: after[name] for name in names}}
            changed.append(row)
            told.append((verb_of(payload), row, payload))
    if changed:
        _write_many(changed, values)
        _record_many(told)
        for row in changed:
            _stands_written(row, values)
        type(changed[0]).written_many(changed)
    return len(changed)


def purge_many(rows: list[models.Model]) -> None:
    """Delete `rows` of one guarded model for good, each with its audit row. What points at them is gone already."""
    acting()
    _record_many((Verb.PURGE, row, {"name": str(row)[:200]}) for row in rows)
    if rows:
        type(rows[0]).purged_many(rows)
        gone = type(rows[0]).objects.as_system("deleting what nobody can take out any more")
        gone = gone.filter(pk__in=[row.pk for row in rows])
        gone._raw_delete(gone.db)


def _write_many(rows: list[models.Model], values: dict[str, Any]) -> None:
    model = type(rows[0])
    versioned = {"version": models.F("version") + 1} if model._has("version") else {}
    for start in range(0, len(rows), BATCH):
        ids = [row.pk for row in rows[start : start + BATCH]]
        some = model.objects.as_system("writing what an action has checked").filter(pk__in=ids)
        models.QuerySet.update(some, **values, **versioned)


def _stands_written(row: models.Model, values: dict[str, Any]) -> None:
    """Let `row` be saved once more without meeting its own change."""
    row._loaded = {**row._loaded, **values}
    if row._has("version"):
        row.version = row._loaded["version"] = row.version + 1


def _record_many(told: Iterable[tuple[Verb, models.Model, dict]]) -> None:
    now = acting()
    pairs = [
        audit_pair(verb, row, by=now.actor, values=values, change_set_id=now.change_set_id)
        for verb, row, values in told
    ]
    AuditRow.objects.bulk_create([row for row, _ in pairs], batch_size=BATCH)
    for row, payload in pairs:
        payload.row_id = row.pk
    AuditPayload.objects.bulk_create([payload for _, payload in pairs], batch_size=BATCH)
    now.roots.update((row.root_type, row.root_id) for row, _ in pairs)
