"""What passed between the firm and a client, written down by hand."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.clients.actions.editing import belongs, check, locked, only, put
from kartu.clients.events import TouchLogged
from kartu.clients.mentions import mentioned
from kartu.clients.models import Client, Contact, Touch
from kartu.clients.rights import CHANGE, TRASH
from kartu.core.actors import Actor
from kartu.core.outbox import publish
from kartu.security.actions import Refused, action

# Clocks of two computers in one room differ that much.
SLACK = timedelta(minutes=2)
COLUMNS = frozenset({"kind", "text", "at", "direction", "minutes", "result", "contact"})


@action(CHANGE)
def log_touch(
    *,
    client: Client,
    kind: str = Touch.Kind.NOTE,
    text: str = "",
    at: datetime | None = None,
    contact: Contact | None = None,
    direction: str = "",
    minutes: int | None = None,
    result: str = "",
    by: Actor,
) -> Touch:
    """Write down a note, a call, a meeting or a message with `client` (and which of its people), `at` now by default.

    Colleagues named with @ in `text` are told, if they may see the client.
    """
    touch = Touch(client=client, kind=kind, text=text.strip(), at=at or timezone.now(), by_id=by.pk)
    touch.contact, touch.direction, touch.minutes, touch.result = contact, direction, minutes, result.strip()
    settle(touch, client)
    touch.save()
    publish(TouchLogged(client.pk, touch.pk, tuple(touch.mentions), by.pk))
    return touch


def settle(touch: Touch, client: Client) -> None:
    """Check what was typed, and note who is named in it."""
    belongs(touch.contact, client)
    if touch.at > timezone.now() + SLACK:
        raise ValidationError({"at": _("This moment has yet to come; set a task for it")}, code="future")
    if touch.kind == Touch.Kind.NOTE and not touch.text:
        raise ValidationError({"text": _("Nothing is written here")}, code="empty")
    if touch.kind == Touch.Kind.NOTE:
        touch.direction, touch.minutes = "", None
    touch.mentions = [person.pk for person in mentioned(touch.text, client)]
    check(touch)


@action(CHANGE)
def change_touch(*, touch: Touch, values: dict[str, Any], base: dict[str, Any] | None = None, by: Actor) -> Touch:
    """Write some of COLUMNS over `base`. Open to whoever wrote the touch, and to those who may trash clients."""
    check_author(touch, by)
    values = dict(only(values, COLUMNS))
    if "contact" in values:
        belongs(values["contact"], touch.client)
        contact = values.pop("contact")
        values["contact_id"] = contact and contact.pk
    told_before = set(touch.mentions)
    fresh, changed = put(touch, values, base, by)
    settle(fresh, fresh.client)
    if changed:
        fresh.save()
        new_ones = tuple(person for person in fresh.mentions if person not in told_before)
        publish(TouchLogged(fresh.client_id, fresh.pk, new_ones, by.pk))
    return fresh


@action(CHANGE)
def remove_touch(*, touch: Touch, by: Actor) -> Touch:
    check_author(touch, by)
    fresh = locked(touch, by)
    fresh.trashed_at = timezone.now()
    fresh.save()
    return fresh


def check_author(touch: Touch, by: Actor) -> None:
    if not may_correct(touch, by):
        raise Refused(f"touch {touch.pk} of somebody else")


def may_correct(touch: Touch, by: Actor) -> bool:
    """Whether `by` may change or remove `touch`: it is his own, or he may trash whole clients."""
    return by.is_system or touch.by_id == by.pk or by.may(TRASH)
