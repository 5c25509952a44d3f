"""What the log tells of a recurring task: who set it up, changed, paused or ended it, the rule as a sentence."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core import formats
from kartu.firm.models import User
from kartu.planner.models import Series
from kartu.planner.recurrence import RuleError
from kartu.security.models.audit import AuditRow, Verb

MOST = 50
# Columns that tell a reader nothing, or repeat what the rule says.
SILENT = frozenset(
    {"team_id", "made_until", "until", "paused_from", "paused_until", "whole_id", "stays_out", "trashed_at", "zone"}
)
# Of these it is told that they were changed, and no more.
BARE = frozenset({"text", "items", "reminders", "client_id", "contact_id", "segment_id"})

LABELS = {
    "person_id": gettext_lazy("Who does it"),
    "client_id": gettext_lazy("Client"),
    "contact_id": gettext_lazy("With whom"),
    "segment_id": gettext_lazy("Segment"),
    "ended_on": gettext_lazy("Last day"),
    "reminders": gettext_lazy("Remind"),
}


@dataclass(frozen=True)
class Told:
    label: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Line:
    at: datetime
    who: str
    did: str
    changes: list[Told] = field(default_factory=list)


def lines_of(series: Series) -> list[Line]:
    """The newest first. Whoever sees the series may know."""
    label = Series._meta.label_lower
    rows = AuditRow.objects.filter(root_type=label, root_id=series.pk, object_type=label).select_related("payload")
    rows = list(rows.order_by("-id")[:MOST])
    people = {row.actor_id for row in rows} | {each.get("person_id") for row in rows for each in parts(row)}
    names = dict(User.objects.filter(pk__in=people - {None}).values_list("pk", "name"))
    lines = (
        Line(row.at, names.get(row.actor_id, ""), str(Verb(row.verb).label), changes(row, series, names))
        for row in rows
    )
    return [line for line, row in zip(lines, rows, strict=True) if line.changes or row.verb != Verb.CHANGE]


def parts(row: AuditRow) -> list[dict[str, Any]]:
    told = row.told if isinstance(row.told, dict) else {}
    return [told.get(part) or {} for part in ("before", "after")]


def changes(row: AuditRow, series: Series, names: dict[int, str]) -> list[Told]:
    if row.verb != Verb.CHANGE:
        return []
    before, after = parts(row)
    columns = {column.attname: column for column in Series._meta.concrete_fields}
    return [
        told(columns[name], before.get(name), value, series, names)
        for name, value in after.items()
        if name in columns and name not in SILENT
    ]


def told(column: models.Field, before: Any, after: Any, series: Series, names: dict[int, str]) -> Told:
    label = str(LABELS.get(column.attname) or column.verbose_name)
    label = label[:1].upper() + label[1:]
    if column.attname in BARE:
        return Told(label)
    return Told(label, said(column, before, series, names), said(column, after, series, names))


def said(column: models.Field, value: Any, series: Series, names: dict[int, str]) -> str:
    if value in (None, ""):
        return ""
    if column.attname == "rule":
        return as_sentence(value, series)
    if column.attname == "person_id":
        return names.get(value, "")
    if isinstance(column, models.TimeField):
        return formats.format_time(clock) if (clock := parse_time(value)) else str(value)
    if isinstance(column, models.DateField):
        return formats.format_date(day) if (day := parse_date(value)) else str(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(dict(column.flatchoices).get(value, value)) if column.choices else str(value)


def as_sentence(text: str, series: Series) -> str:
    try:
        return Series(rule=text, starts_on=series.starts_on, at=series.at, zone=series.zone).sentence()
    except RuleError:  # a long one, which the log keeps cut
        return text[:80]
