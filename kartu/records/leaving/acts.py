"""Letting a person go, and the way back. Each is one transaction; what is large goes on in the background."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.models import Job
from kartu.firm.actions.people import close_access, open_access
from kartu.firm.acts import act, telling
from kartu.firm.models import User
from kartu.firm.rights import PEOPLE
from kartu.records.idempotency import claim
from kartu.records.leaving.doings import Doings, take_all_back
from kartu.records.leaving.handing import hand_over
from kartu.records.leaving.jobs import (
    give_back_in_background,
    hand_over_in_background,
    take_doings_back_in_background,
)
from kartu.records.leaving.returning import give_back, lines_of
from kartu.records.models import ChangeSet, Departure
from kartu.security.leaving.owned import owned, owns_something
from kartu.security.models.audit import AuditRow

State = Departure.State
# More rows than these are handed over in the background: a page must answer.
AT_ONCE = 100


def open_departure(person: User) -> Departure | None:
    return Departure.objects.filter(person=person, state__in=Departure.OPEN).select_related("person__role").first()


def last_departure(person: User) -> Departure | None:
    rows = Departure.objects.filter(person=person).select_related("person__role", "by", "change_set")
    return rows.order_by("-pk").first()


@act(PEOPLE)
def let_go(*, person: User, plan: dict[str, Any], by: User) -> Departure:
    """Close the access of `person`, if it is open, and hand over what he owns as `plan` says (Departure.plan).

    Raises ValidationError for a plan that cannot be, or while an earlier one is still at work.
    """
    check(plan, person, by)
    if person.is_active:
        close_access(person=person, by=by)
    departure = open_departure(person) or Departure(person=person)
    if departure.is_busy:
        raise ValidationError(_("This is being handed over already"))
    with telling(departure, by=by):
        departure.by, departure.plan, departure.at = by, plan, timezone.now()
        departure.state = State.RUNNING
        if departure.change_set is None:
            title = _("What %(who)s looked after") % {"who": person}
            departure.change_set = ChangeSet.objects.create(kind=ChangeSet.Kind.BULK, title=title[:200], by_id=by.pk)
        departure.save()
    claim()
    go_on(departure, by, sum(kind.count(person) for kind in owned))
    return departure


def check(plan: dict[str, Any], person: User, by: User) -> None:
    """That everybody in the plan works here, and can do something with what he gets."""
    kinds = {kind.key: kind for kind in owned}
    wanted = [(kinds[key], pk) for key, pk in plan.get("kinds", {}).items() if pk and key in kinds]
    wanted += [(kind, plan.get("to")) for kind in owned if kind.key not in plan.get("kinds", {}) and plan.get("to")]
    wanted += [(kind, pk) for _key, pk in plan.get("lists", []) for kind in owned if kind.lists]
    people = {each.pk: each for each in User.objects.active().select_related("role").exclude(pk=person.pk)}
    for kind, pk in wanted:
        to = people.get(pk)
        if to is None:
            raise ValidationError(_("Choose somebody who works here"))
        if kind.needs and not to.may(kind.needs) and kind.count(person):
            told = {"who": to, "kind": kind.label}
            raise ValidationError(_("%(who)s can do nothing with this: %(kind)s. Choose somebody else for it") % told)


def go_on(departure: Departure, by: User, rows: int) -> None:
    """Here and now, or in the background where it is much."""
    is_back = departure.state == State.RETURNING
    if rows <= AT_ONCE:
        (give_back if is_back else hand_over)(departure, by)
        return
    job = (give_back_in_background if is_back else hand_over_in_background).later(by=by, departure_id=departure.pk)
    departure.job_id = job.pk
    departure.save(update_fields=["job_id"])


@act(PEOPLE)
def return_work(*, departure: Departure, is_let_in: bool, by: User) -> Departure:
    """Hand back what was handed over and nobody has handed on since; `is_let_in`: and let the person in again.

    His tokens, sessions, files and imports do not come back. Without letting him in, all waits to be handed over anew.
    """
    held = Departure.objects.select_for_update().select_related("person__role").get(pk=departure.pk)
    if held.state not in (State.DONE, State.WAITING) or held != last_departure(held.person):
        raise ValidationError(_("This has gone on meanwhile. Look again"))
    if is_let_in and not held.person.is_active:
        open_access(person=held.person, by=by)
        held.refresh_from_db()
    if held.change_set is None:
        return held
    with telling(held, by=by):
        held.state, held.undone_to, held.restored, held.conflicts = State.RETURNING, None, 0, 0
        held.undo_set = ChangeSet.objects.create(
            kind=ChangeSet.Kind.UNDO, title=held.change_set.title, by_id=by.pk, undoes=held.change_set
        )
        held.save()
    claim()
    go_on(held, by, lines_of(held).count())
    return held


@act(PEOPLE)
def take_doings_back(*, person: User, since: datetime, by: User) -> ChangeSet:
    """Take back what `person` did since `since`; what could not be is a conflict of the change set that is returned."""
    last = AuditRow.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    title = _("What %(who)s did since %(when)s") % {"who": person, "when": f"{since:%Y-%m-%d %H:%M}"}
    made = ChangeSet.objects.create(kind=ChangeSet.Kind.UNDO, title=title[:200], by_id=by.pk)
    claim()
    doings = Doings(person, since, last)
    if doings.lines().count() + len(doings.merges()) <= AT_ONCE:
        take_all_back(doings, made, by)
        return made
    take_doings_back_in_background.later(
        by=by, person_id=person.pk, since=since.isoformat(), last=last, change_set_id=made.pk
    )
    return made


def note_shown_out(*, person: User, by: Actor, **signal: Any) -> None:
    """Handler of `firm.signals.shown_out`: what he owns waits from now on to be handed over."""
    if owns_something(person.pk) and open_departure(person) is None:
        Departure.objects.create(person=person, by_id=by.pk)


def note_let_in(*, person: User, by: Actor, **signal: Any) -> None:
    """Handler of `firm.signals.let_in`: nothing of his waits any more."""
    waiting = Departure.objects.filter(person=person, state=State.WAITING)
    waiting.filter(change_set=None).update(state=State.OVER, finished_at=timezone.now())
    waiting.update(state=State.DONE, finished_at=timezone.now())


def set_free() -> int:
    """Hand-overs that no job works on any more (it was stopped, it failed too often) wait for a person again."""
    stuck = Departure.objects.filter(state__in=(State.RUNNING, State.RETURNING)).exclude(job_id=None)
    stuck = stuck.exclude(job_id__in=Job.objects.open().values("pk"))
    return stuck.update(state=State.WAITING)


def marks(people: Iterable[int]) -> dict[int, tuple[str, str, str]]:
    """Whose work waits, or is on its way, said beside the name (PersonMark)."""
    rows = Departure.objects.filter(person_id__in=people, state__in=Departure.OPEN, person__is_active=False)
    return {
        row.person_id: (row.get_state_display(), "warn", reverse("records:leaving", args=[row.person_id]))
        for row in rows
    }
