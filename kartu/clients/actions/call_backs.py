"""Promises to call a client at a minute."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.actions.editing import belongs, check, locked
from kartu.clients.actions.touches import log_touch
from kartu.clients.events import CallBackDone, CallBackDue, CallBackSet
from kartu.clients.models import CallBack, Client, Contact, Touch
from kartu.clients.rights import CHANGE, reaches
from kartu.core.actors import Actor
from kartu.core.outbox import publish, publish_many
from kartu.firm.models import User
from kartu.security.actions import action

LATE_AFTER = timedelta(minutes=2)
LIMIT = 500


@action(CHANGE)
def set_call_back(
    *,
    client: Client,
    due_at: datetime,
    what: str = "",
    person: User | None = None,
    contact: Contact | None = None,
    by: Actor,
) -> CallBack:
    """Promise that `person` (`by`, if nobody is named) calls `client` at `due_at`; bell and e-mail remind him."""
    belongs(contact, client)
    call_back = CallBack(client=client, contact=contact, person=person or by, due_at=due_at, what=what.strip())
    settle(call_back)
    call_back.save()
    tell(call_back, by)
    return call_back


def settle(call_back: CallBack) -> None:
    if call_back.due_at < timezone.now() - LATE_AFTER:
        raise ValidationError({"due_at": _("This moment is past")}, code="past")
    if not reaches(call_back.person, call_back.client):
        told = _("%(name)s does not see this client. Hand it over first.") % {"name": call_back.person}
        raise ValidationError({"person": told}, code="person")
    check(call_back)


def tell(call_back: CallBack, by: Actor) -> None:
    publish(CallBackSet(call_back.client_id, call_back.pk, call_back.person_id, by.pk))


@action(CHANGE)
def move_call_back(
    *, call_back: CallBack, due_at: datetime, what: str | None = None, person: User | None = None, by: Actor
) -> CallBack:
    """Promise it for another moment, or let another person do it; it will remind anew."""
    fresh = open_one(call_back, by)
    fresh.due_at, fresh.reminded_at = due_at, None
    fresh.what = fresh.what if what is None else what.strip()
    fresh.person = person or fresh.person
    settle(fresh)
    fresh.save()
    tell(fresh, by)
    return fresh


def open_one(call_back: CallBack, by: Actor) -> CallBack:
    fresh = locked(call_back, by)
    if fresh.done_at:
        raise ValidationError(_("This is done already"), code="done")
    return fresh


@action(CHANGE)
def finish_call_back(
    *,
    call_back: CallBack,
    kind: str = Touch.Kind.CALL,
    text: str = "",
    result: str = "",
    minutes: int | None = None,
    again_at: datetime | None = None,
    by: Actor,
) -> list[CallBack | Touch]:
    """The promise is kept: [call_back, touch], the touch saying what came of it. `again_at` promises the next one."""
    fresh = open_one(call_back, by)
    client, contact = fresh.client, fresh.contact
    direction = "" if kind == Touch.Kind.NOTE else Touch.Direction.OUT
    text = text.strip() or fresh.what
    touch = log_touch(
        client=client, kind=kind, text=text, contact=contact, direction=direction, minutes=minutes, result=result, by=by
    )
    fresh.done_at = timezone.now()
    fresh.save()
    publish(CallBackDone(client.pk, fresh.pk, touch.pk, by.pk))
    if again_at:
        call_again(fresh, again_at, by)
    return [fresh, touch]


def call_again(kept: CallBack, due_at: datetime, by: Actor) -> None:
    """The next promise after one that was kept: the same people, the same matter."""
    try:
        set_call_back(
            client=kept.client, due_at=due_at, what=kept.what, person=kept.person, contact=kept.contact, by=by
        )
    except ValidationError as wrong:
        raise ValidationError({"again_at": wrong.messages}) from wrong


@action(CHANGE)
def drop_call_back(*, call_back: CallBack, by: Actor) -> CallBack:
    """It is not needed any more."""
    fresh = open_one(call_back, by)
    fresh.trashed_at = timezone.now()
    fresh.save()
    return fresh


def remind(now: datetime) -> int:
    """Publish CallBackDue for the call-backs whose minute is there; how many. Inside a transaction.

    Marking and publishing are one, and the mark is written only where it is missing: each comes back once.
    """
    due = CallBack.objects.as_system("calling people back at the minute they promised").filter(
        due_at__lte=now, reminded_at__isnull=True, done_at__isnull=True, trashed_at__isnull=True,
        client__trashed_at__isnull=True,
    )  # fmt: skip
    rows = list(due.select_for_update(of=("self",), skip_locked=True).order_by("due_at", "id")[:LIMIT])
    marked = CallBack.objects.as_system("calling people back at the minute they promised")
    marked.filter(pk__in=[row.pk for row in rows]).update(reminded_at=now)
    publish_many(
        CallBackDue(row.client_id, row.pk, row.person_id, is_late=now - row.due_at > LATE_AFTER) for row in rows
    )
    return len(rows)
