"""A person who is leaving: exports, prints, downloads and changes in lists wait for a second person, and limits are
tighter (decision 0118)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.access import denied
from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.firm.acts import act, must, telling
from kartu.firm.models import User
from kartu.firm.rights import PEOPLE
from kartu.security import audit
from kartu.security.events import LeaveAsked
from kartu.security.models.audit import Verb
from kartu.security.models.notice import NoticePeriod


class Held(PermissionDenied):
    """Somebody who is leaving has to be allowed this first; the text says so to him. `views.held` answers it, and tells
    of it, when the transaction of the act is gone."""

    def __init__(self, period: NoticePeriod) -> None:
        super().__init__(
            _("Somebody has to agree to this first. The owner has been asked; try again when you hear of it.")
        )
        self.period = period


def period_of(person_id: int | None) -> NoticePeriod | None:
    return NoticePeriod.open().filter(person_id=person_id).first() if person_id else None


def is_leaving(by: Actor) -> bool:
    return period_of(by.pk) is not None


def those_leaving() -> set[int]:
    return set(NoticePeriod.open().values_list("person_id", flat=True))


def check_allowed(person_id: int | None, made_at: datetime | None = None) -> None:
    """Raise Held unless the person may take out, or change in lists, just now. `made_at`: of a file that has waited for
    a second person if it was written since the notice."""
    period = period_of(person_id)
    if period and not period.is_allowed and not (made_at and made_at > period.since):
        raise Held(period)


def tell_held(held: Held, by: Actor) -> None:
    """A line in the log, and a notice to those who may allow it: when the transaction of the act is gone."""
    denied.send(sender=None, by=by, right="taking out", target=f"security.noticeperiod {held.period.pk}")
    with transaction.atomic():
        publish(LeaveAsked(held.period.pk, by.pk))


def take_out(row: Model | None = None, *, by: Actor, values: dict[str, Any], made_at: datetime | None = None) -> None:
    """The log's line of a file that is about to leave, durable before the first byte: the one door of all downloads.

    Raises Held. `made_at` as in `check_allowed`.
    """
    check_allowed(by.pk, made_at)
    with transaction.atomic():
        audit.record(Verb.DOWNLOAD, row, by=by, values=values)


@act(PEOPLE)
def begin(*, person: User, note: str, by: User) -> NoticePeriod:
    """Mark `person` as leaving, or change the note of it. Raises ValidationError for oneself and whoever is gone."""
    if person.pk == by.pk or not person.is_active:
        raise ValidationError(_("Choose a colleague who works here"))
    period = NoticePeriod.open().filter(person=person).first() or NoticePeriod(person=person, by=by)
    with telling(period, by=by):
        period.note = note.strip()[:300]
        period.save()
    return period


@act(PEOPLE)
def end(*, period: NoticePeriod, by: Actor) -> None:
    """He stays after all."""
    close(period, by)


@act(PEOPLE)
def allow(*, period: NoticePeriod, by: User) -> None:
    """Let the person take out and change in lists for an hour; nobody allows it to himself."""
    must(period.person_id != by.pk, "leave for oneself")
    with telling(period, by=by):
        period.allowed_until = timezone.now() + NoticePeriod.ALLOWED_FOR
        period.save(update_fields=["allowed_until"])


def close(period: NoticePeriod, by: Actor) -> None:
    with telling(period, by=by):
        period.ended_at = timezone.now()
        period.save(update_fields=["ended_at"])


def end_with_access(*, person: User, by: Actor, **signal: Any) -> None:
    """Handler of `firm.signals.shown_out`: whoever is gone is not leaving any more."""
    for period in NoticePeriod.open().filter(person=person):
        close(period, by)


def marks(people: Iterable[int]) -> dict[int, tuple[str, str, str]]:
    """Said beside the name (PersonMark)."""
    rows = NoticePeriod.open().filter(person_id__in=people).values_list("person_id", flat=True)
    return {pk: (_("is leaving"), "warn", reverse("security:notice", args=[pk])) for pk in rows}
