"""What is much about a leaver, in the background."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor
from kartu.core.jobs import job
from kartu.core.outbox import publish
from kartu.firm.models import User
from kartu.firm.rights import PEOPLE
from kartu.records.events import WorkFinished
from kartu.records.leaving.doings import Doings, take_all_back
from kartu.records.leaving.handing import hand_over
from kartu.records.leaving.returning import give_back
from kartu.records.models import ChangeSet, Departure


def at_work(departure_id: int, state: str) -> Departure | None:
    """The departure, if it is still at this point; else another start of the job has brought it further."""
    rows = Departure.objects.select_related("person__role", "change_set", "undo_set")
    return rows.filter(pk=departure_id, state=state).first()


@job(right=PEOPLE, label=_("Handing over"), queue="long", atomic=False)
def hand_over_in_background(*, by: Actor, departure_id: int) -> None:
    if departure := at_work(departure_id, Departure.State.RUNNING):
        hand_over(departure, by)


@job(right=PEOPLE, label=_("Handing back"), queue="long", atomic=False)
def give_back_in_background(*, by: Actor, departure_id: int) -> None:
    if departure := at_work(departure_id, Departure.State.RETURNING):
        give_back(departure, by)


@job(right=PEOPLE, label=_("Taking back"), queue="long", atomic=False)
def take_doings_back_in_background(*, by: Actor, person_id: int, since: str, last: int, change_set_id: int) -> None:
    person, made = User.objects.get(pk=person_id), ChangeSet.objects.get(pk=change_set_id)
    doings = Doings(person, datetime.fromisoformat(since), last)
    take_all_back(doings, made, by)
    with transaction.atomic():
        publish(WorkFinished(by.pk, "lists.bulk", made.title, reverse("records:change", args=[made.pk])))
