"""A message to a client: written once, as a letter or an SMS, and looked at again whenever it is about to go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kartu.clients.messages.hours import is_day, next_opening
from kartu.clients.messages.kinds import MessageKind, message_kinds
from kartu.clients.messages.links import headers_of, link_of
from kartu.clients.messages.words import EMAIL, composed, template_of
from kartu.clients.models import Client, ClientMessage, Contact, MessageHours
from kartu.clients.opting import refusal
from kartu.core.actors import System
from kartu.core.jobs import Retry
from kartu.firm.middleware import zone_of
from kartu.notifications import letters
from kartu.notifications.models import Hop, Letter, SmsGateway
from kartu.notifications.senders import Frame, Parcel, Sender, senders
from kartu.notifications.sms.channel import write_outside
from kartu.notifications.sms.sending import most_segments
from kartu.notifications.sms.texts import shortened
from kartu.security import audit

KEY = "clients.messages"
WHY = "what the program writes to clients"
HOUR = 3600


@dataclass(frozen=True)
class Draft:
    """What is to be said to whom. `address` is in its normal spelling, `way` "email" or "sms"; `values` fill the
    placeholders of the kind; `obstacle`: why it cannot go at all, where that is known."""

    kind: MessageKind
    client: Client
    way: str
    address: str
    language: str
    values: Mapping[str, str]
    zone: ZoneInfo
    planned_at: datetime
    dedupe: str
    contact: Contact | None = None
    about: models.Model | None = None
    not_after: datetime | None = None
    obstacle: str = ""


def send(draft: Draft) -> ClientMessage | None:
    """Write it, to go out when this transaction has committed; None where it was said under that `dedupe` already.

    What cannot go has its row all the same, with the reason in the ledger.
    """
    with transaction.atomic(), audit.acting_as(System(WHY)):
        rows = ClientMessage.objects.as_system(WHY)
        if rows.filter(dedupe=draft.dedupe).exists():
            return None
        why = draft.obstacle or refused_by(draft)
        about = draft.about
        message = ClientMessage(
            client=draft.client,
            contact=draft.contact,
            kind=draft.kind.key,
            topic=draft.kind.topic,
            about_type=about._meta.label_lower if about is not None else "",
            about_id=about.pk if about is not None else None,
            dedupe=draft.dedupe,
            language=draft.language,
            time_zone=draft.zone.key,
            planned_at=draft.planned_at,
            not_after=draft.not_after,
            **{"letter" if draft.way == EMAIL else "sms": write(draft, why)},
        )
        message.save()
        if failed := message.parcel.hops.filter(what=Hop.What.FAILED).first():
            draft.kind.failed(message, failed.reason)
    return message


def refused_by(draft: Draft) -> str:
    word = refusal(draft.address, draft.kind.topic) if draft.address else None
    return opted_out() if word else ""


def opted_out() -> str:
    return _("No reminders are wanted at this address")


def write(draft: Draft, why: str) -> Parcel:
    subject, text = words_of(draft)
    if draft.way == EMAIL:
        return letters.write(
            address=draft.address, subject=subject, text=text, language=draft.language, sender=KEY, obstacle=why
        )
    return write_outside(phone=draft.address, text=text, sender=KEY, obstacle=why)


def words_of(draft: Draft) -> tuple[str, str]:
    """(subject, text) as they go out."""
    subject, text = composed(template_of(draft.kind, draft.way, draft.language), draft.values)
    if draft.way != EMAIL:
        text = shortened(text, most_segments(SmsGateway.current()), MessageHours.current().sms_stop)
    return subject, text


# --- asked by whoever carries it


def message_by(parcel: Parcel) -> ClientMessage | None:
    rows = ClientMessage.objects.as_system(WHY).select_related("letter", "sms", "client")
    return rows.filter(**{"letter" if isinstance(parcel, Letter) else "sms": parcel}).first()


def obstacle(parcel: Parcel) -> str:
    """Why it may not go any more: its time is over, its reason gone, nobody wants it. At night it waits."""
    message, now = message_by(parcel), timezone.now()
    if message is None:
        return _("The client is not there any more")
    if message.is_over(now):
        return _("Too late: it would have come after its time")
    if refusal(message.address, message.topic):
        return opted_out()
    if why := message_kinds[message.kind].obstacle(message, now):
        return why
    return wait_for_the_morning(message, now)


def wait_for_the_morning(message: ClientMessage, now: datetime) -> str:
    zone, hours = zone_of(message.time_zone), MessageHours.current()
    if is_day(now, zone, hours):
        return ""
    morning = next_opening(now, zone, hours)
    if message.is_over(morning):
        return _("Too late: before its time there was only night")
    raise Retry(_("Clients are not written to at night"), after=min((morning - now).total_seconds(), HOUR))


def frame(letter: Letter) -> Frame:
    message = message_by(letter)
    link = link_of(message) if message else ""
    with translation.override(letter.language):
        words = _("No more reminders") if link else _("You want no more reminders? Answer this letter and say so.")
    return Frame(headers_of(link), words, link)


def ended(parcel: Parcel, reason: str) -> None:
    message = message_by(parcel)
    if message and reason:
        message_kinds[message.kind].failed(message, reason)


senders.add(Sender(KEY, obstacle, frame, ended))
