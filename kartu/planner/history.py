"""What the log tells of a task: through whose hands it went, and who moved it how often."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime

from kartu.core import formats
from kartu.firm.models import User
from kartu.planner.models import Task
from kartu.planner.models.task import TIMES
from kartu.security.models.audit import AuditRow, Verb

MOST = 200
SET, GIVEN, MOVED = "set", "given", "moved"


@dataclass(frozen=True)
class Step:
    """`kind` is SET, GIVEN (`before` and `after` are people) or MOVED (they are moments in words)."""

    kind: str
    at: datetime
    who: str
    before: str = ""
    after: str = ""

    @property
    def is_move(self) -> bool:
        return self.kind == MOVED

    @property
    def is_hand(self) -> bool:
        return self.kind == GIVEN


def steps_of(task: Task) -> list[Step]:
    """Oldest first. Whoever sees the task may know."""
    rows = AuditRow.objects.filter(
        root_type=Task._meta.label_lower, root_id=task.pk, object_type=Task._meta.label_lower,
        verb__in=(Verb.CREATE, Verb.CHANGE),
    )  # fmt: skip
    rows = list(rows.select_related("payload").order_by("id")[:MOST])
    names = names_in(rows)
    return [step for row in rows for step in told(row, names)]


def told(row: AuditRow, names: dict[int, str]) -> list[Step]:
    who = names.get(row.actor_id or 0, "")
    if row.verb == Verb.CREATE:
        return [Step(SET, row.at, who)]
    before, after = (row.told.get(part) or {} for part in ("before", "after"))
    steps = []
    if "person_id" in after:
        hands = (names.get(each.get("person_id") or 0, "") for each in (before, after))
        steps.append(Step(GIVEN, row.at, who, *hands))
    # What gets a time for the first time was not moved.
    if (was := moment_of(before)) and any(name in after for name in TIMES):
        steps.append(Step(MOVED, row.at, who, was, moment_of(after)))
    return steps


def moment_of(values: dict[str, Any]) -> str:
    """Where the changed columns say that it stood; "" for nowhere."""
    for name in ("start_at", "due_at", "due_on"):
        if text := values.get(name):
            return spoken(parse_date(text) if name == "due_on" else parse_datetime(text))
    return ""


def spoken(when: date | datetime | None) -> str:
    if when is None:
        return ""
    return formats.format_datetime(when) if isinstance(when, datetime) else formats.format_date(when)


def names_in(rows: list[AuditRow]) -> dict[int, str]:
    people = {row.actor_id for row in rows}
    for row in rows:
        people |= {(row.told.get(part) or {}).get("person_id") for part in ("before", "after")}
    return dict(User.objects.filter(pk__in=people - {None}).values_list("pk", "name"))


def moves_by_person(steps: list[Step]) -> list[tuple[str, int]]:
    """Who moved it, and how often; whoever did most first."""
    return Counter(step.who for step in steps if step.is_move).most_common()
