"""I6: every business row has its lines in the log, every line its row, and both say the same."""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import F

from kartu.security import audit
from kartu.security.former import former_kinds
from kartu.security.invariants.databases import rows
from kartu.security.models.audit import AuditPayload, AuditRow, Verb
from kartu.security.rows import GuardedModel, is_guarded
from kartu.security.seals.dropped import Dropped
from kartu.security.seals.erasing import Erased

CHANGES = (Verb.CHANGE, Verb.TRASH, Verb.RESTORE)
WRITES = (Verb.CREATE, *CHANGES)
CHUNK = 500


def guarded_models() -> list[type[GuardedModel]]:
    return [model for model in apps.get_models() if is_guarded(model)]


def logged_models() -> list[type[GuardedModel]]:
    return [model for model in guarded_models() if not model.is_derived]


def made_in_the_log() -> Iterator[str]:
    dropped = Dropped()
    made = "SELECT object_id FROM security_auditrow WHERE object_type = %s AND verb = %s"
    for model in logged_models():
        there = f"SELECT {key(model)} FROM {table(model)}"  # noqa: S608 - names of our own tables
        for (pk,) in rows("default", f"{there} EXCEPT {made}", (name(model), Verb.CREATE)):
            if not dropped.has_made(name(model), pk):
                yield f"{name(model)} {pk} has no line in the log that tells who made it"


def made_once() -> Iterator[str]:
    twice = "SELECT object_type, object_id, COUNT(*) FROM security_auditrow WHERE verb = %s AND object_id IS NOT NULL "
    for kind, pk, count in rows("default", twice + "GROUP BY 1, 2 HAVING COUNT(*) > 1", (Verb.CREATE,)):
        yield f"{kind} {pk} was made {count} times, says the log"


def counted_in_the_log() -> Iterator[str]:
    """The version of a row counts its changes."""
    dropped = Dropped()
    changes = (
        "SELECT object_id, COUNT(*) AS n FROM security_auditrow "
        "WHERE object_type = %s AND verb IN (%s, %s, %s) GROUP BY object_id"
    )
    for model in logged_models():
        if model._has("version"):
            here = f"(SELECT {key(model)} AS id, version FROM {table(model)}) here"  # noqa: S608 - a table of ours
            told = f"({changes}) told ON told.object_id = here.id"
            columns, differ = "here.id, here.version, COALESCE(told.n, 0)", "here.version - 1 <> COALESCE(told.n, 0)"
            sql = f"SELECT {columns} FROM {here} LEFT JOIN {told} WHERE {differ}"  # noqa: S608 - put together above
            for pk, version, lines in rows("default", sql, (name(model), *CHANGES)):
                known = lines + dropped.changes(name(model), pk)
                if known != version - 1:
                    yield f"{name(model)} {pk} was changed {version - 1} times, the log knows of {known}"


def lead_somewhere() -> Iterator[str]:
    """A line names a row that is there, or was deleted for good and says so."""
    dropped = Dropped()
    kinds = [
        kind for (kind,) in rows("default", "SELECT DISTINCT object_type FROM security_auditrow WHERE object_id > 0")
    ]
    for kind in kinds:
        if kind in former_kinds:
            continue
        try:
            model = apps.get_model(kind)
        except (LookupError, ValueError):
            yield f"the log names rows of {kind}, which Kartu does not know"
            continue
        there = f"SELECT {key(model)} FROM {table(model)}"  # noqa: S608 - names of our own tables
        named = "SELECT object_id FROM security_auditrow WHERE object_type = %s AND object_id IS NOT NULL"
        sql = f"{named} EXCEPT {there} EXCEPT {named} AND verb = %s"
        for (pk,) in rows("default", sql, (kind, kind, Verb.PURGE)):
            if not dropped.has_purged(kind, pk):
                yield f"{kind} {pk} is in the log, and neither in its table nor deleted for good"


def payloads_fit() -> Iterator[str]:
    """What a line tells is what it told when it was written: its digest fits, and no payload is missing."""
    lines = AuditRow.objects.filter(payload=None).values_list("pk", flat=True)
    for pk in lines.iterator(chunk_size=CHUNK):
        yield f"line {pk} of the log has lost what it told"
    erased = Erased()
    payloads = AuditPayload.objects.order_by("pk").values_list("pk", "values", "row__digest")
    for pk, values, digest in payloads.iterator(chunk_size=CHUNK):
        if audit.digest(values) != digest and (values or pk not in erased):
            yield f"line {pk} of the log tells something else than when it was written"


def rows_are_what_the_log_tells() -> Iterator[str]:
    """Each row holds the values that its lines gave it, one after the other: nothing was written past the log."""
    dropped = Dropped()
    for model in logged_models():
        fields, keyed = told_fields(model), getattr(model, "keyed_fields", frozenset())
        rows_of = model.objects.as_system("comparing rows with the log")
        for chunk in chunks(told_values(model)):
            # Plain values: whole rows would cost twice the time.
            there = rows_of.filter(pk__in=list(chunk)).values_list("pk", *(field.attname for field in fields))
            for pk, *values in there:
                if dropped.has_made(name(model), pk):
                    # Of a column with keys the lines that are left tell some keys only.
                    chunk[pk] = {column: value for column, value in chunk[pk].items() if column not in keyed}
                if columns := differing(zip(fields, values, strict=True), chunk[pk]):
                    yield f"{name(model)} {pk} differs from the log in {', '.join(columns)}"


def told_values(model: type[GuardedModel]) -> Iterator[tuple[int, dict[str, Any]]]:
    """(id, the values that the log says its row has), of every row of `model`."""
    lines = AuditPayload.objects.filter(row__object_type=name(model), row__verb__in=WRITES)
    lines = lines.order_by("row__object_id", "pk").annotate(object_id=F("row__object_id"))
    told = lines.values_list("object_id", "values").iterator(chunk_size=CHUNK)
    for object_id, group in groupby(told, key=lambda line: line[0]):
        values: dict[str, Any] = {}
        for _object_id, line in group:
            put_told(values, line.get("after", {}))
        yield object_id, values


def put_told(values: dict[str, Any], after: dict[str, Any]) -> None:
    """Add what a line tells; of a column of keys a change tells each by itself, the making all of them."""
    for column, value in after.items():
        name, _dot, part = column.partition(".")
        if not part:
            values[column] = value
            continue
        kept = {each: old for each, old in (values.get(name) or {}).items() if each != part}
        values[name] = kept if value is None else {**kept, part: value}


def columns_are_derived() -> Iterator[str]:
    """The columns that are computed from others (keys to sort and find by) are what they would be computed to."""
    for model in logged_models():
        if model.derive is GuardedModel.derive:
            continue
        for row in model.objects.as_system("computing derived columns again").order_by("pk").iterator(CHUNK):
            row.derive()
            settled = ((column, value) for column, value in row._loaded.items() if column not in model.late_fields)
            if differ := [column for column, value in settled if getattr(row, column) != value]:
                yield f"{name(model)} {row.pk}: {', '.join(differ)} is not what it is computed from; save it again"


def chunks(pairs: Iterable[tuple[int, dict]]) -> Iterator[dict[int, dict]]:
    chunk: dict[int, dict] = {}
    for pk, values in pairs:
        chunk[pk] = values
        if len(chunk) == CHUNK:
            yield chunk
            chunk = {}
    yield chunk


@cache
def told_fields(model: type[GuardedModel]) -> list[models.Field]:
    """The fields that the log tells of, see `audit.audited_values`."""
    hidden = model.derived_fields | {"id", "version"}
    return [field for field in model._meta.concrete_fields if field.attname not in hidden]


def differing(columns: Iterable[tuple[models.Field, Any]], told: dict[str, Any]) -> list[str]:
    """The columns whose value is not what the log tells; those that were added later are not told of."""
    return [
        field.attname
        for field, value in columns
        if field.attname in told and is_other(field, value, told[field.attname])
    ]


def is_other(field: models.Field, value: Any, told: Any) -> bool:
    """The same value may be told in two ways, by an older version of the program."""
    now = audit.plain(value)
    return now != told and field.to_python(now) != field.to_python(told)


def name(model: type[models.Model]) -> str:
    return model._meta.label_lower


def table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def key(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.pk.column)
