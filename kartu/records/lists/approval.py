"""Large exports need a second person (decision 0099): asking, agreeing, refusing, and what becomes of silence."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kartu.core.actors import Actor, System
from kartu.core.moments import ago
from kartu.core.outbox import publish
from kartu.firm.acts import act, telling
from kartu.firm.models import User
from kartu.records.events import ExportAsked, ExportRefused
from kartu.records.idempotency import claim
from kartu.records.lists.export_job import export_in_background
from kartu.records.lists.finding import CAP
from kartu.records.lists.takeouts import TakeOut
from kartu.records.models import ExportRequest
from kartu.records.rights import APPROVE_EXPORTS, LISTS
from kartu.security.leaving.notice import is_leaving
from kartu.security.models import AlertSettings

LEAST_PURPOSE, MOST_PURPOSE = 3, 200
SMALL_FIRM = 2
SILENCE = timedelta(hours=24)


def purpose_of(text: str) -> str:
    """What the file is for, as the log keeps it. Raises ValidationError for nothing worth keeping."""
    purpose = " ".join(text.split())[:MOST_PURPOSE]
    if len(purpose) < LEAST_PURPOSE:
        raise ValidationError(_("Say in a few words what the file is for"))
    return purpose


def is_large(rows: int) -> bool:
    """Whether so many rows leave only when somebody agrees; the owner proves himself again instead.

    Lists are counted up to CAP and no further: a wider limit of the owner's could not be told from none.
    """
    return rows > min(AlertSettings.current().approve_above, CAP)


def needs_second(rows: int, by: User) -> bool:
    """Whether so many rows wait for a second person: of whoever is leaving each export does, the owner's none."""
    return not by.is_owner and rows > 0 and (is_large(rows) or is_leaving(by))


def approvers(person_id: int) -> list[User]:
    """Who may agree to an export of that person: not he himself."""
    people = User.objects.active().select_related("role").exclude(pk=person_id)
    return [person for person in people if person.may(APPROVE_EXPORTS)]


@transaction.atomic
def ask_for_export(*, extract: TakeOut, kind: str, purpose: str, right: str, now: datetime, by: User) -> ExportRequest:
    """Let the export wait for a second person, who hears of it."""
    claim()
    is_small = User.objects.active().count() <= SMALL_FIRM
    request = ExportRequest(
        person=by,
        list_key=extract.key,
        question=extract.parts(),
        said=extract.said()[:500],
        columns=extract.column_keys,
        kind=kind,
        purpose=purpose,
        rows=extract.count_all(right),
        asked_at=now,
        opens_at=now + SILENCE if is_small else None,
    )
    with telling(request, by=by):
        request.save()
    publish(ExportAsked(request.pk, by.pk))
    return request


def requests_for(by: Actor) -> QuerySet[ExportRequest]:
    """The requests that `by` may decide, and his own; the newest first."""
    rows = ExportRequest.objects.select_related("person", "decided_by").order_by("-pk")
    return rows if by.may(APPROVE_EXPORTS) else rows.filter(person_id=by.pk)


@act(APPROVE_EXPORTS)
def approve(*, request: ExportRequest, now: datetime, by: User) -> None:
    """Let the rows leave. Raises ValidationError for one's own request and one that is decided."""
    held = undecided(request, by)
    decide(held, ExportRequest.State.APPROVED, now, by)
    write_later(held)


@act(APPROVE_EXPORTS)
def refuse(*, request: ExportRequest, now: datetime, by: User) -> None:
    held = undecided(request, by)
    decide(held, ExportRequest.State.REFUSED, now, by)
    publish(ExportRefused(held.pk, by.pk))


def undecided(request: ExportRequest, by: User) -> ExportRequest:
    """The request, held until the end of the transaction: two who decide at once are one after the other."""
    held = ExportRequest.objects.select_for_update().get(pk=request.pk)
    if held.person_id == by.pk:
        raise ValidationError(_("Somebody else has to agree to your own export"))
    if held.state != ExportRequest.State.WAITING:
        raise ValidationError(_("This export is decided already"))
    return held


def decide(request: ExportRequest, state: ExportRequest.State, now: datetime, by: Actor) -> None:
    with telling(request, by=by):
        request.state, request.decided_at = state, now
        request.decided_by_id = by.pk
        request.save(update_fields=["state", "decided_at", "decided_by"])


def write_later(request: ExportRequest) -> None:
    """In the name of whoever asked, with the rights that he has then, and no more rows than were agreed to."""
    person = User.objects.select_related("role").get(pk=request.person_id)
    if not person.may(LISTS):
        raise ValidationError(_("%(who)s may not take lists out any more") % {"who": person})
    export_in_background.later(
        by=person,
        list_key=request.list_key,
        question=request.question,
        columns=request.columns,
        kind=request.kind,
        purpose=request.purpose,
        request_id=request.pk,
    )


def settle(now: datetime) -> int:
    """What nobody has answered: a yes where the firm is too small for a second person, else over after a week."""
    by = System("Nobody has answered to a request for an export")
    settled = 0
    for request in ExportRequest.objects.select_for_update().filter(state=ExportRequest.State.WAITING):
        if request.opens_at and request.opens_at <= now and request.person.may(LISTS):
            decide(request, ExportRequest.State.APPROVED, now, by)
            write_later(request)
        elif ago(request.asked_at, now) >= ExportRequest.LIFETIME:
            decide(request, ExportRequest.State.OVER, now, by)
        else:
            continue
        settled += 1
    return settled
