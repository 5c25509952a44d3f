"""What is due of recurring tasks, done, moved or handed over in one run: thirty calls, each with its own result.

Each goes by the action of the single act; what refuses is left with its reason, and all can be taken back as one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext

from kartu.core.actors import Actor
from kartu.planner.lists import TASKS
from kartu.planner.many import acts
from kartu.planner.models import Series, Task
from kartu.planner.rights import CHANGE
from kartu.records.lists.asking import Asking
from kartu.records.lists.bulk import BulkAct, Outcome, chunks, do_chunk, new_change_set
from kartu.records.models import ChangeSet

WHY = "which series come from one of a segment"
MOST = 100
OWN = "result-"


@dataclass(frozen=True)
class Chosen:
    """Which of the due ones: of the series (0: of all; one for a segment stands for those of its clients), of the
    person (0: of everybody)."""

    series: int = 0
    person: int = 0


def due(chosen: Chosen, asking: Asking) -> QuerySet[Task]:
    """What is late or stands today, of what the person may change; the earliest first."""
    rows = Task.objects.visible_to(asking.person, CHANGE).filter(state=Task.State.OPEN, series__isnull=False)
    rows = rows.filter(at__lt=asking.start_of(asking.today + timedelta(days=1)))
    if chosen.series:
        parts = Series.objects.as_system(WHY).filter(whole_id=chosen.series).order_by().values("pk")
        rows = rows.filter(Q(series_id=chosen.series) | Q(series_id__in=parts))
    if chosen.person:
        rows = rows.filter(person_id=chosen.person)
    return rows.order_by("at", "pk")


def finish_own(*, row: Task, values: Mapping[str, Any], by: Actor) -> None:
    """With the result typed beside it, or else with that for all."""
    own = values["own"].get(row.pk)
    acts.finish(row=row, values={**values, "result": own or values["result"]}, by=by)


def finished(values: Mapping[str, Any]) -> str:
    is_common = values.get("outcome") or values["result"]
    return acts.finished(values) if is_common else gettext("Done, each with its own result")


BY_KEY = {act.key.partition(".")[2]: act for act in acts.ACTS}
RUNS: dict[str, BulkAct] = {
    "finish": replace(BY_KEY["finish"], run=finish_own, title=finished),
    "move": BY_KEY["move"],
    "assign": BY_KEY["assign"],
}


def forms_of(asking: Asking, data: QueryDict | None = None, ids: list[int] | None = None) -> dict[str, forms.Form]:
    """A form for each thing that can be done; the one that was pressed is filled in."""
    pressed = data.get("act") if data is not None else None
    own = own_results(data) if data is not None else {}
    found = {}
    for key, act in RUNS.items():
        form_of = act.form(asking)
        if key == "finish" and ids and all(pk in own for pk in ids):
            form_of = type("EachItsOwnForm", (form_of,), {"clean": forms.Form.clean})
        found[key] = form_of(data if key == pressed else None)
    return found


def own_results(data: QueryDict) -> dict[int, str]:
    """Task -> what was typed beside it."""
    told = {name.removeprefix(OWN): value.strip() for name, value in data.items() if name.startswith(OWN)}
    return {int(pk): value for pk, value in told.items() if pk.isdecimal() and len(pk) < 16 and value}


def run(
    *, key: str, ids: list[int], values: dict[str, Any], own: dict[int, str], by: Actor
) -> tuple[ChangeSet, Outcome]:
    """Do it to the tasks `ids`; `own`: what came of single ones."""
    act, outcome = RUNS[key], Outcome()
    if key == "finish":
        values = {**values, "own": own}
    changes = new_change_set(act, values, by)
    for chunk in chunks(ids):
        do_chunk(act, TASKS, chunk, values, changes, outcome, by)
    return changes, outcome
