"""How cells of the list of tasks are changed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction

from kartu.clients.actions.editing import locked
from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.planner import actions
from kartu.planner.models import Task
from kartu.planner.rights import receivers
from kartu.records.changes import EditConflict, EditConflicts
from kartu.records.lists.asking import Asking
from kartu.records.lists.spec import Edit


def change(*, row: Task, values: dict[str, Any], base: dict[str, Any], by: Actor) -> Task:
    return actions.change_task(task=row, values=values, base=base, by=by)


def made_of(make: Callable[..., forms.Field], **options: Any) -> Edit:
    return Edit(lambda asking: make(**options))


def doer_field(asking: Asking) -> forms.Field:
    return forms.ModelChoiceField(receivers(asking.person), empty_label=None)


def assign(*, row: Task, value: User, base: int | None, by: Actor) -> Task:
    with transaction.atomic():
        row = locked(row, by)
        if row.person_id not in (base, value.pk):
            raise EditConflicts(row, [EditConflict("person_id", row.person_id, value.pk)])
        return actions.assign_task(task=row, to=value, by=by)


def person() -> Edit:
    return Edit(doer_field, save=assign)
