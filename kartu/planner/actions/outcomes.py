"""How tasks can end: the firm's list of results for each kind of task, kept, put in order and retired."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.text import fold
from kartu.firm.acts import act, telling
from kartu.firm.rights import SETTINGS
from kartu.planner.models import Outcome
from kartu.security import audit
from kartu.security.models.audit import Verb

TYPED = ("name", "is_success", "next_kind", "next_after", "needs_next")


@act(SETTINGS)
def add_outcome(*, kind: str, values: dict[str, Any], by: Actor) -> Outcome:
    """A new result at the end of those of `kind` ("": of every kind); `values` are some of TYPED."""
    place = Outcome.objects.filter(kind=kind).count() + 1
    return save_outcome(outcome=Outcome(kind=kind, place=place), values=values, by=by)


@act(SETTINGS)
def save_outcome(*, outcome: Outcome, values: dict[str, Any], by: Actor) -> Outcome:
    """Write what was typed. Raises ValidationError, where another result of that kind has that name, in use or not."""
    for name in TYPED:
        if name in values:
            setattr(outcome, name, values[name])
    outcome.name = " ".join(outcome.name.split())
    outcome.full_clean(validate_constraints=False)
    check_once(outcome)
    with telling(outcome, by=by):
        outcome.save()
    return outcome


def check_once(outcome: Outcome) -> None:
    others = Outcome.objects.filter(kind=outcome.kind).exclude(pk=outcome.pk)
    twin = next((other for other in others if fold(other.name) == fold(outcome.name)), None)
    if twin is None:
        return
    told = _("%(name)s is there already") if twin.is_active else _("%(name)s is there and not offered: offer it again")
    raise ValidationError({"name": told % {"name": twin}}, code="twice")


@act(SETTINGS)
def retire_outcome(*, outcome: Outcome, by: Actor) -> Outcome:
    """Offer it no more; it stays where it was chosen."""
    return offer(outcome, by, is_active=False)


@act(SETTINGS)
def use_outcome_again(*, outcome: Outcome, by: Actor) -> Outcome:
    return offer(outcome, by, is_active=True)


def offer(outcome: Outcome, by: Actor, *, is_active: bool) -> Outcome:
    outcome.is_active = is_active
    with telling(outcome, by=by):
        outcome.save(update_fields=["is_active"])
    return outcome


@act(SETTINGS)
def order_outcomes(*, kind: str, ids: list[int], by: Actor) -> None:
    """Put the results of `kind` in the order of `ids`; those not named follow as they stood."""
    rank = {pk: number for number, pk in enumerate(ids)}
    rows = sorted(Outcome.objects.filter(kind=kind), key=lambda row: rank.get(row.pk, len(ids)))
    for place, row in enumerate(rows, 1):
        row.place = place
    Outcome.objects.bulk_update(rows, ["place"])
    audit.record(Verb.SETTING, by=by, values={"order of": f"results of tasks {kind}".strip(), "after": ids})
