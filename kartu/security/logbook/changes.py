"""Changes of the firm itself in words, old -> new: settings, people, roles. Never a password, a key or a token."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from kartu.core.actors import Scope
from kartu.core.formats import format_datetime
from kartu.core.rights import rights
from kartu.firm.acts import HIDDEN
from kartu.security.logbook.kinds import model_of
from kartu.security.models.audit import AuditRow, Verb

MOST = 12
LONGEST = 200
# A column of such a name is not told, whoever has written it into the log.
SECRET = re.compile(
    r"passw|secret|token|sealed|digest|cookie|recovery|private|credential|(^|_)keys?$|(^|_)codes?$|totp|seed"
)
PLAIN = frozenset({"letter_keys"})

Change = tuple[str, str, str]
Names = dict[tuple[type[models.Model], Any], str]


def is_secret(column: str) -> bool:
    return column in HIDDEN or (column not in PLAIN and bool(SECRET.search(column)))


def changes_of_firm(rows: Iterable[AuditRow]) -> dict[int, list[Change]]:
    """Of those of `rows` (with payloads) that changed something that stands for itself, by their number: (field,
    before, after). One query for the names of each kind that they point at."""
    told = {row.pk: pairs for row in rows if (pairs := pairs_of(row))}
    names = names_in(told.values())
    return {pk: [said(*pair, names) for pair in pairs][:MOST] for pk, pairs in told.items()}


Pair = tuple[models.Field | None, str, Any, Any]


def pairs_of(row: AuditRow) -> list[Pair]:
    """(column, its label, before, after) of what the line may tell; nothing of a line that knows no before."""
    values = row.told
    before, after, model = values.get("before"), values.get("after"), model_of(row.object_type)
    is_told = row.verb in (Verb.CHANGE, Verb.SETTING, Verb.TRASH) and not row.root_type
    if not is_told or model is None or not isinstance(before, dict) or not isinstance(after, dict):
        return []
    columns = {column.attname: column for column in model._meta.concrete_fields}
    found: list[Pair] = []
    for name in after:
        if is_secret(name):
            continue
        old, new = before.get(name), after[name]
        if old == new:
            continue
        if isinstance(old, dict) or isinstance(new, dict):
            found += keyed(columns.get(name), name, old or {}, new or {})
        elif name in columns:
            found.append((columns[name], str(columns[name].verbose_name), old, new))
    return found


def keyed(column: models.Field | None, name: str, before: Any, after: Any) -> list[Pair]:
    """Of a column with keys (rights, limits) each key that has changed, by itself."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return [(column, str(column.verbose_name) if column else name, before, after)]
    found = []
    for key in sorted({*before, *after}):
        if before.get(key) == after.get(key) or is_secret(str(key)):
            continue
        right = rights.get(key) if name in ("rights", "grants") else None
        if right:
            found.append((None, str(right.label), reach(before.get(key)), reach(after.get(key))))
        else:
            found.append((None, str(key), before.get(key), after.get(key)))
    return found


def reach(scope: Any) -> str:
    """Of a right; "" where it is not given."""
    if isinstance(scope, str):
        found = Scope.__members__.get(scope.upper())
        return str(found.label) if found else ""
    return str(Scope(scope).label) if scope in set(Scope) else ""


def names_in(told: Iterable[list[Pair]]) -> Names:
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for column, _label, *both in (pair for pairs in told for pair in pairs):
        if column is not None and column.is_relation:
            wanted[column.related_model].update(pk for pk in both if type(pk) is int)
    found: Names = {}
    for model, pks in wanted.items():
        if pks and getattr(model, "objects", None) is not None and not hasattr(model, "row_rule"):
            found |= {(model, row.pk): str(row) for row in model._base_manager.filter(pk__in=pks)}
    return found


def said(column: models.Field | None, label: str, before: Any, after: Any, names: Names) -> Change:
    label = label[:1].upper() + label[1:]
    return label, worded(column, before, names), worded(column, after, names)


def worded(column: models.Field | None, value: Any, names: Names) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column is not None and column.is_relation:
        return names.get((column.related_model, value), f"№ {value}")
    if column is not None and column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(column, models.DateTimeField) and isinstance(value, str) and (at := parse_datetime(value)):
        return format_datetime(at)
    if isinstance(value, list):
        return ", ".join(map(str, value))[:LONGEST]
    return str(value)[:LONGEST]
