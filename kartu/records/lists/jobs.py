"""Work on very many rows, done in the background."""

from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.jobs import GiveUp, chunk, job
from kartu.core.outbox import publish
from kartu.firm.middleware import zone_of
from kartu.records.events import WorkFinished
from kartu.records.lists import bulk
from kartu.records.lists.asking import Asking
from kartu.records.lists.bulk import Outcome, Selection
from kartu.records.lists.spec import ListSpec
from kartu.records.models import ChangeSet
from kartu.records.rights import LISTS
from kartu.security.models import AuditRow


@job(right=LISTS, label=_("Change of many"), queue="long", atomic=False)
def bulk_in_background(
    *, by: Actor, list_key: str, act_key: str, selection: dict, typed: dict, change_set_id: int
) -> dict[str, Any]:
    """Do an act to all rows of `selection`, chunk by chunk, as parts of one change set. Stopped, it can be undone.

    Begun again after a crash it passes over the rows that the change set has already.
    """
    spec, act = bulk.act_of(list_key, act_key)
    changes = ChangeSet.objects.get(pk=change_set_id)
    with translation.override(by.language), timezone.override(zone_of(by.time_zone)):
        # "Tomorrow" is the day after that on which it was asked for, wherever whoever asked is.
        asking = Asking(by, now=changes.at)
        values = cleaned(act, typed, asking)
        ids = bulk.ids_of(Selection.from_parts(spec, selection, asking), asking)
        numbers = {pk: number for number, pk in enumerate(ids)}
        have = gone_through(act, spec, changes)
        todo = [pk for pk in ids if pk not in have]
        outcome = Outcome()
        for some in bulk.chunks(todo):
            with chunk(outcome.done + outcome.left, len(todo)):
                bulk.do_chunk(act, spec, some, values, changes, outcome, by, numbers)
    publish_finished(by, changes.title, reverse("records:change", args=[changes.pk]))
    return {"done": outcome.done, "left": outcome.left, "reasons": outcome.reasons}


def gone_through(act: bulk.BulkAct, spec: ListSpec, changes: ChangeSet) -> set[int]:
    if act.gone_through is not None:
        return set(act.gone_through(changes))
    rows = AuditRow.objects.filter(change_set_id=changes.pk, root_type=spec.label)
    return set(rows.values_list("root_id", flat=True))


def cleaned(act: bulk.BulkAct, typed: dict, asking: Asking) -> dict[str, Any]:
    if act.form is None:
        return {}
    data = QueryDict(mutable=True)
    for name, texts in typed.items():
        data.setlist(name, texts)
    form = act.form(asking)(data)
    if not form.is_valid():
        raise GiveUp(" ".join(message for messages in form.errors.values() for message in messages))
    return form.cleaned_data


def publish_finished(by: Actor, title: str, url: str) -> None:
    if by.pk:
        with transaction.atomic():
            publish(WorkFinished(by.pk, "lists.bulk", title, url))
