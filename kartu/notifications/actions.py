"""Telling people: one call, and the ledger knows what became of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from kartu.core import live
from kartu.core.actors import Actor, System
from kartu.core.formats import format_datetime
from kartu.firm.middleware import zone_of
from kartu.firm.models import User
from kartu.notifications.buttons import Button
from kartu.notifications.channels import Channel, channels, note
from kartu.notifications.holding import LATE, held_until, hold
from kartu.notifications.kinds import kind_of
from kartu.notifications.models import Hop, Notification
from kartu.notifications.ways import ways_to
from kartu.security import audit

LANGUAGES = {code for code, _name in settings.LANGUAGES}
MOST_COUNTED = 99
# Whoever looks at it late has looked at it all the same.
ANSWERABLE = (Notification.State.OPEN, Notification.State.IGNORED)


def notify(
    *,
    to: Iterable[User],
    kind: str,
    title: str | Promise,
    text: str | Promise = "",
    url: str = "",
    about: models.Model | None = None,
    by: Actor | None = None,
    email: bool = False,
    dedupe: str = "",
    only: Iterable[str] = (),
    at: datetime | None = None,
    late: bool = False,
    urgent: bool = False,
    needs_ack: bool = False,
    private: bool = False,
    buttons: Iterable[Button] = (),
) -> list[Notification]:
    """Tell each person of `to` in the ways that he, the firm or the Kind has chosen (kartu/notifications/kinds.py);
    `email` says that news of a kind without a Kind is told outside too. `only`: no other channels than these.

    To be called inside the transaction of what it tells of, or in a handler of its event. Lazily translated words come
    out in each person's own language and time zone. `url` is a page of the program. With `dedupe` a
    person who has been told under that key is not told again. People who left are passed over.
    Returns the new notices.

    `at`: the moment for which it was planned; what comes noticeably behind it is marked as late, as is what is `late`
    anyhow. `urgent`: neither quiet hours nor a digest holds it back. `needs_ack`: it comes back until the person says
    that he knows. `private`: nobody else ever hears of it. `buttons`: what can be done about it at once.
    """
    if url and not url_has_allowed_host_and_scheme(url, allowed_hosts=None):
        raise ValueError(f"A notice leads to a page of the program, not to {url}")
    is_late = late or (at is not None and timezone.now() - at > LATE)
    common = {
        **{"kind": kind, "url": url, "dedupe": dedupe, **link_to(about), "by_id": by.pk if by else None, "at": at},
        **{"is_late": is_late, "needs_ack": needs_ack, "is_private": private, "created_at": timezone.now()},
        "is_urgent": urgent or kind_of(kind).is_urgent,
    }
    told = []
    with transaction.atomic(), audit.acting_as(System("Somebody is to be told")):
        for person in unique(to):
            with translation.override(language_of(person)), timezone.override(zone_of(person.time_zone)):
                words = {"title": str(title)[:200], "text": words_of(text, at, is_late)[:1000]}
                words["buttons"] = [button.kept() for button in buttons]
                notification = create_once(Notification(person=person, **common, **words))
                if notification:
                    told.append(notification)
                    send_by_all(notification, outside=email, only=set(only))
    return told


def unique(people: Iterable[User]) -> list[User]:
    return list({person.pk: person for person in people if person.is_active}.values())


def language_of(person: User) -> str:
    return person.language if person.language in LANGUAGES else settings.LANGUAGE_CODE


def link_to(about: models.Model | None) -> dict[str, Any]:
    return {"about_type": about._meta.label_lower, "about_id": about.pk} if about is not None else {}


def create_once(notification: Notification) -> Notification | None:
    """Save it, or None if this person has been told under the same key."""
    told = Notification.objects.visible_to(notification.person).filter(dedupe=notification.dedupe)
    if notification.dedupe and told.exists():
        return None
    try:
        with transaction.atomic():
            notification.save()
    except IntegrityError:
        if notification.dedupe and told.exists():
            return None  # told by another process between our look and our writing
        raise
    return notification


def words_of(text: str | Promise, at: datetime | None, is_late: bool) -> str:
    if not is_late or at is None:
        return str(text)
    late = _("Late: it was for %(when)s") % {"when": format_datetime(at)}
    return f"{late}. {text}" if text else late


def send_by_all(notification: Notification, *, outside: bool, only: set[str]) -> None:
    ways, digest = ways_to(notification.person, kind_of(notification.kind), outside=outside)
    if only:
        ways, digest = [way for way in channels if way.key in only or way.always], ""
    for channel in ways:
        send_by(channel, notification, digest=digest)


def send_by(channel: Channel, notification: Notification, *, digest: str = "") -> None:
    """Plan and send by one channel, now or when the person may be reached, or write down why that cannot be."""
    obstacle = channel.obstacle(notification)
    note(Hop.What.PLANNED, channel.key, notification_id=notification.pk)
    if obstacle:
        note(Hop.What.FAILED, channel.key, notification_id=notification.pk, reason=obstacle[:300])
    elif held := channel.is_loud and held_until(notification, channel, digest, timezone.now()):
        hold(notification, channel, *held)
    else:
        channel.send(notification)


def unseen_count(person: User) -> int:
    """How many notices the person has not seen, at most MOST_COUNTED."""
    unseen = Notification.objects.visible_to(person).unseen().order_by()
    return unseen[:MOST_COUNTED].count()


def mark_seen(*, by: User, up_to: int) -> None:
    """The person has had the list of his notices before him, as far as number `up_to`."""
    with transaction.atomic():
        unseen = Notification.objects.visible_to(by).unseen().filter(pk__lte=up_to)
        for notification in unseen:
            note(Hop.What.SHOWN, "bell", notification_id=notification.pk)
        seen = [pk for notification in unseen for pk in (notification.pk, notification.lead_id)]
        mine = Notification.objects.visible_to(by).filter(pk__in=seen)
        mine.filter(state__in=ANSWERABLE).update(state=Notification.State.SEEN)
        # Told only where something changed: an open bell reads itself again whenever it hears a number.
        if mine.filter(seen_at=None).update(seen_at=timezone.now()):
            tell_count(by)


def mark_shown(*, by: User, notification: Notification) -> None:
    """The note on the screen has been shown to the person."""
    note(Hop.What.SHOWN, "popup", notification_id=notification.pk)


def mark_acted(*, by: User, notification: Notification) -> None:
    """The person has opened what the notice leads to."""
    with transaction.atomic():
        note(Hop.What.CLICKED, "bell", notification_id=notification.pk)
        now = timezone.now()
        mine = Notification.objects.visible_to(by).filter(pk__in=[notification.pk, notification.lead_id])
        mine.filter(seen_at=None).update(seen_at=now)
        mine.filter(acted_at=None).update(acted_at=now)
        mine.filter(state__in=[*ANSWERABLE, Notification.State.SEEN]).update(state=Notification.State.OPENED)
        tell_count(by)


def tell_count(person: User) -> None:
    """Let every open page of the person show the new number."""
    live.send("bell", {"count": unseen_count(person)}, to=[person.pk])
