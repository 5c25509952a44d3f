"""A notice on its way to the browsers of a person: to each once if all goes well, and every step noted.

To one browser a notice always goes under the same key: the service keeps one message of a key that waits, and the
browser shows one note of it. So what goes out twice after a crash is seen once.
"""

import json
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kartu.core.faults import fail_point
from kartu.core.frontend import asset_url
from kartu.core.jobs import Retry
from kartu.core.outward import ask
from kartu.firm.models import Role, User
from kartu.notifications.actions import language_of
from kartu.notifications.carrying import (
    KEEP_TRYING,
    NotNow,
    Refused,
    cut,
    failed,
    is_settled,
    settle,
    wait_for_the_owner,
    was_held,
    words,
    words_of,
)
from kartu.notifications.channels import PUSH
from kartu.notifications.models import Carrier, Hop, MailSettings, Notification, PushKeys, PushMessage, PushSubscription
from kartu.notifications.push import crypt, services
from kartu.security.rights import SERVER

DEADLINE = 20
LONGEST_TEXT = 2400  # bytes; the services take no more than 4096 of everything
SALT = "kartu.push"
TAKEN = (200, 201, 202, 204)
GONE = (404, 410)


class Gone(Exception):
    """The browser listens there no more."""


def waiting(notification: Notification) -> list[PushMessage]:
    rows = PushMessage.objects.filter(notification=notification, sent_at=None, refused="")
    return list(rows.select_related("subscription").order_by("subscription__failing_since", "pk"))


def send(notification: Notification) -> None:
    """Send what has not been sent of it. Raises Retry, for the queue, where some of it must wait."""
    messages = waiting(notification)
    if messages:
        wait_for_the_owner()
    if not notification.person.is_active:
        return give_up(notification, _("This person works here no more"))
    delays = [delay for message in messages if (delay := try_one(message, notification))]
    if delays:
        put_off(notification, str(delays[0]))
        raise Retry(str(delays[0]), after=min(delay.after for delay in delays))
    if not PushMessage.objects.filter(notification=notification).exclude(sent_at=None).exists():
        refusals = PushMessage.objects.filter(notification=notification).exclude(refused="")
        last = refusals.order_by("-pk").values_list("refused", flat=True).first()
        give_up(notification, last or _("The browser has switched notices off"))


def give_up(notification: Notification, reason: str) -> None:
    if not is_settled(notification, PUSH):
        settle(notification, PUSH, Hop.What.FAILED, reason=reason)


def put_off(notification: Notification, reason: str) -> None:
    if not is_settled(notification, PUSH):
        settle(notification, PUSH, Hop.What.DELAYED, reason=reason)


def try_one(message: PushMessage, notification: Notification) -> NotNow | None:
    """Send one message and write down what came of it; gives what it must wait for, None where it is settled."""
    carrier = Carrier.named(f"push {message.subscription.service}"[:120])
    old = timezone.now() - message.created_at > KEEP_TRYING
    if old and carrier.failing_since and not was_held(notification, KEEP_TRYING):
        return refuse(message, _("Not sent within two days: %(why)s") % {"why": carrier.last_error})
    if carrier.pause:
        return NotNow(carrier.last_error, carrier.seconds_of_pause)
    try:
        hand_over(message, notification)
    except Gone:
        message.subscription.delete()
        return None
    except Refused as no:
        return refuse(message, str(no))
    except Exception as error:
        return delayed(message, carrier, error)
    fail_point("push.after_send")
    arrived(message, notification, carrier)
    return None


def refuse(message: PushMessage, reason: str) -> None:
    PushMessage.objects.filter(pk=message.pk).update(refused=reason[:300])


def delayed(message: PushMessage, carrier: Carrier, error: Exception) -> NotNow:
    reason, subscription = words_of(error), message.subscription
    subscription.failing_since = subscription.failing_since or timezone.now()
    subscription.save(update_fields=["failing_since"])
    asked = getattr(error, "after", None)
    failed(carrier, PUSH, reason, right=SERVER, url=reverse("security:health"), after=asked)
    return NotNow(reason, carrier.seconds_of_pause)


def arrived(message: PushMessage, notification: Notification, carrier: Carrier) -> None:
    now = timezone.now()
    with transaction.atomic():
        PushMessage.objects.filter(pk=message.pk).update(sent_at=now)
        PushSubscription.objects.filter(pk=message.subscription_id).update(last_ok_at=now, failing_since=None)
        settle(notification, PUSH, Hop.What.SENT, carrier_id=message.key)
    carrier.note_success()


def hand_over(message: PushMessage, notification: Notification) -> None:
    known, keys = message.subscription.opened, PushKeys.current()
    endpoint = known["endpoint"]
    if not services.is_known(endpoint):
        raise Refused(_("Kartu does not know the service of this browser"))
    text = json.dumps(payload(message, notification), ensure_ascii=False, separators=(",", ":")).encode()
    parts = urlsplit(endpoint)
    headers = {
        "Authorization": crypt.signed(
            keys.private,
            audience=f"{parts.scheme}://{parts.netloc}",
            subject=contact(),
            until=int(time.time()) + 12 * 3600,
        ),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(KEEP_TRYING.total_seconds())),
        "Urgency": "high",
        "Topic": message.key,
    }
    body = crypt.encrypted(text, p256dh=crypt.read(known["p256dh"]), auth=crypt.read(known["auth"]))
    near = services.is_ours(endpoint)
    answer = ask("POST", endpoint, headers=headers, body=body, seconds=DEADLINE, allows_near=near)
    if answer.status in GONE:
        raise Gone
    if answer.status == 429 or answer.status >= 500:
        why = _("%(service)s answered: %(answer)s") % {"service": parts.hostname, "answer": answer.status}
        raise NotNow(why, answer.asks_to_wait)
    if answer.status not in TAKEN:
        told = f"{answer.status} {' '.join(answer.text.split())[:150]}"
        raise Refused(_("%(service)s answered: %(answer)s") % {"service": parts.hostname, "answer": told})


def contact() -> str:
    """Where the service may complain of us: Apple asks for an address that looks real."""
    mail = MailSettings.current()
    if mail:
        return f"mailto:{mail.from_address}"
    if settings.ADDRESS.startswith("https://"):
        return settings.ADDRESS
    owner = User.objects.active().filter(role__code=Role.OWNER).order_by("pk").first()
    return f"mailto:{owner.email if owner else 'kartu@example.com'}"


def payload(message: PushMessage, notification: Notification) -> dict:
    """What the browser is told: short, and nothing that the person does not see by now."""
    with translation.override(language_of(notification.person)):
        title, text, url = words(notification)
        return {
            "title": title,
            "text": cut(text, LONGEST_TEXT),
            "url": url or reverse("notifications:all"),
            "icon": asset_url("icon-192.png"),
            "tag": message.key,
            "token": signing.dumps(message.pk, salt=SALT, compress=False),
        }


def message_of(token: str) -> PushMessage | None:
    """The message whose browser shows `token`; None for whatever we have not signed, or long ago, or for nobody."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=2 * KEEP_TRYING)
    except signing.BadSignature:
        return None
    found = PushMessage.objects.select_related("notification__person").filter(
        pk=pk, notification__person__is_active=True
    )
    return found.first()
