"""I6: every business row has its lines in the log, every line its row, and both say the same."""

import time
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import F

from kartu.security import audit
from kartu.security.invariants.databases import rows
from kartu.security.models.audit import AuditPayload, AuditRow, Verb
from kartu.security.rows import GuardedModel, is_guarded

CHANGES = (Verb.CHANGE, Verb.TRASH, Verb.RESTORE)
WRITES = (Verb.CREATE, *CHANGES)
CHUNK = 500
LOOKS = 3  # at a row that changes just now


def guarded_models() -> list[type[GuardedModel]]:
    return [model for model in apps.get_models() if is_guarded(model)]


def made_in_the_log() -> Iterator[str]:
    made = "SELECT object_id FROM security_auditrow WHERE object_type = %s AND verb = %s"
    for model in guarded_models():
        there = f"SELECT {key(model)} FROM {table(model)}"  # noqa: S608 - names of our own tables
        for (pk,) in rows("default", f"{there} EXCEPT {made}", (name(model), Verb.CREATE)):
            yield f"{name(model)} {pk} has no line in the log that tells who made it"


def made_once() -> Iterator[str]:
    twice = "SELECT object_type, object_id, COUNT(*) FROM security_auditrow WHERE verb = %s AND object_id IS NOT NULL "
    for kind, pk, count in rows("default", twice + "GROUP BY 1, 2 HAVING COUNT(*) > 1", (Verb.CREATE,)):
        yield f"{kind} {pk} was made {count} times, says the log"


def counted_in_the_log() -> Iterator[str]:
    """The version of a row counts its changes."""
    changes = (
        "SELECT object_id, COUNT(*) AS n FROM security_auditrow "
        "WHERE object_type = %s AND verb IN (%s, %s, %s) GROUP BY object_id"
    )
    for model in guarded_models():
        if model._has("version"):
            here = f"(SELECT {key(model)} AS id, version FROM {table(model)}) here"  # noqa: S608 - a table of ours
            told = f"({changes}) told ON told.object_id = here.id"
            columns, differ = "here.id, here.version, COALESCE(told.n, 0)", "here.version - 1 <> COALESCE(told.n, 0)"
            sql = f"SELECT {columns} FROM {here} LEFT JOIN {told} WHERE {differ}"  # noqa: S608 - put together above
            for pk, version, lines in rows("default", sql, (name(model), *CHANGES)):
                yield f"{name(model)} {pk} was changed {version - 1} times, the log knows of {lines}"


def lead_somewhere() -> Iterator[str]:
    """A line names a row that is there, or was deleted for good and says so."""
    kinds = [
        kind for (kind,) in rows("default", "SELECT DISTINCT object_type FROM security_auditrow WHERE object_id > 0")
    ]
    for kind in kinds:
        try:
            model = apps.get_model(kind)
        except (LookupError, ValueError):
            yield f"the log names rows of {kind}, which Kartu does not know"
            continue
        there = f"SELECT {key(model)} FROM {table(model)}"  # noqa: S608 - names of our own tables
        named = "SELECT object_id FROM security_auditrow WHERE object_type = %s AND object_id IS NOT NULL"
        sql = f"{named} EXCEPT {there} EXCEPT {named} AND verb = %s"
        for (pk,) in rows("default", sql, (kind, kind, Verb.PURGE)):
            yield f"{kind} {pk} is in the log, and neither in its table nor deleted for good"


def payloads_fit() -> Iterator[str]:
    """What a line tells is what it told when it was written: its digest fits, and no payload is missing."""
    lines = AuditRow.objects.filter(payload=None).values_list("pk", flat=True)
    for pk in lines.iterator(chunk_size=CHUNK):
        yield f"line {pk} of the log has lost what it told"
    payloads = AuditPayload.objects.order_by("pk").values_list("pk", "values", "row__digest")
    for pk, values, digest in payloads.iterator(chunk_size=CHUNK):
        if audit.digest(values) != digest:
            yield f"line {pk} of the log tells something else than when it was written"


def rows_are_what_the_log_tells() -> Iterator[str]:
    """Each row holds the values that its lines gave it, one after the other: nothing was written past the log."""
    for model in guarded_models():
        for chunk in chunks(told_values(model)):
            there = model.objects.as_system("comparing rows with the log").in_bulk(list(chunk))
            for pk, told in chunk.items():
                if pk in there and differing(there[pk], told) and (columns := still_differing(model, pk)):
                    yield f"{name(model)} {pk} differs from the log in {', '.join(columns)}"


def told_values(model: type[GuardedModel], pk: int | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """(id, the values that the log says its row has), of every row of `model`, or of the row `pk`."""
    lines = AuditPayload.objects.filter(row__object_type=name(model), row__verb__in=WRITES)
    if pk is not None:
        lines = lines.filter(row__object_id=pk)
    lines = lines.order_by("row__object_id", "pk").annotate(object_id=F("row__object_id"))
    told = lines.values_list("object_id", "values").iterator(chunk_size=CHUNK)
    for object_id, group in groupby(told, key=lambda line: line[0]):
        values: dict[str, Any] = {}
        for _object_id, line in group:
            values.update(line.get("after", {}))
        yield object_id, values


def chunks(pairs: Iterable[tuple[int, dict]]) -> Iterator[dict[int, dict]]:
    chunk: dict[int, dict] = {}
    for pk, values in pairs:
        chunk[pk] = values
        if len(chunk) == CHUNK:
            yield chunk
            chunk = {}
    yield chunk


def differing(row: GuardedModel, told: dict[str, Any]) -> list[str]:
    """The columns in which `row` is not what the log tells; columns that were added later are not told of."""
    now = audit.audited_values(row)
    fields = {field.attname: field for field in row._meta.concrete_fields}
    return [
        column
        for column in now
        if column in told and fields[column].to_python(told[column]) != fields[column].to_python(now[column])
    ]


def still_differing(model: type[GuardedModel], pk: int) -> list[str]:
    """The same, for a row that somebody may be changing at this moment."""
    for look in range(LOOKS):
        time.sleep(0.05 * look)
        row = model.objects.as_system("comparing rows with the log").filter(pk=pk).first()
        told = dict(told_values(model, pk)).get(pk)
        if row is None or told is None or not (columns := differing(row, told)):
            return []
    return columns


def name(model: type[models.Model]) -> str:
    return model._meta.label_lower


def table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def key(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.pk.column)
