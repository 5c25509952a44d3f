"""What a person does about his browsers: each is switched on in it, and off there or from another one."""

import hashlib
import hmac

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kartu.core.sealing import Unreadable
from kartu.firm.models import Device, User
from kartu.notifications.models import PushKeys, PushMessage, PushSubscription
from kartu.notifications.push import crypt, services
from kartu.security import audit
from kartu.security.models.audit import Verb

MOST = 20


class NotPossible(Exception):
    """str() says why, for the person."""


def digest_of(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()


def of(person: User) -> QuerySet[PushSubscription]:
    return PushSubscription.objects.filter(person=person).order_by("-pk")


def switch_on(*, endpoint: str, p256dh: str, auth: str, device: Device | None, by: User) -> PushSubscription:
    """From now on notices of `by` go to the browser that listens at `endpoint`, and nobody else's."""
    check(endpoint, p256dh, auth)
    with transaction.atomic():
        known = PushSubscription.objects.filter(digest=digest_of(endpoint)).first()
        if known and known.person_id != by.pk:
            known.delete()  # what waits for another person must not be shown to whoever sits there now
            known = None
        subscription = known or PushSubscription(person=by, digest=digest_of(endpoint))
        subscription.service, subscription.device = services.service_of(endpoint), device
        subscription.label = str(device) if device else ""
        subscription.failing_since = None
        subscription.keep(endpoint=endpoint, p256dh=p256dh, auth=auth)
        subscription.save()
        for old in of(by)[MOST:]:
            old.delete()
        if known is None:
            audit.record(Verb.SETTING, by, by=by, values={"notices": "on", "device": subscription.label})
    return subscription


def check(endpoint: str, p256dh: str, auth: str) -> None:
    """Raise NotPossible for what no browser says."""
    if not services.is_known(endpoint):
        raise NotPossible(_("Kartu does not know the service of this browser. Try Chrome, Firefox, Edge or Safari."))
    try:
        crypt.encrypted(b"", p256dh=crypt.read(p256dh), auth=crypt.read(auth))
        is_right = len(crypt.read(auth)) == 16
    except ValueError:
        is_right = False
    if not is_right:
        raise NotPossible(_("The browser gave no usable keys. Try again."))


def still_mine(*, endpoint: str, device: Device | None, by: User) -> bool:
    """Whether the browser at `endpoint` shows the notices of `by`. If another's, those end: he sits there no more."""
    known = PushSubscription.objects.filter(digest=digest_of(endpoint)).first()
    if known is None:
        return False
    if known.person_id != by.pk:
        switch_off(subscription=known, by=by)
        return False
    if device and known.device_id != device.pk:
        PushSubscription.objects.filter(pk=known.pk).update(device=device)
    return True


def switch_off(*, subscription: PushSubscription, by: User) -> None:
    with transaction.atomic():
        audit.record(Verb.SETTING, subscription.person, by=by, values={"notices": "off", "device": subscription.label})
        subscription.delete()


def move(*, old: str, auth: str, endpoint: str, p256dh: str, new_auth: str) -> bool:
    """The maker has given the browser another address. Who knows the secret of the old one is that browser."""
    known = PushSubscription.objects.filter(digest=digest_of(old)).select_related("person").first()
    if known is None or not hmac.compare_digest(known.opened["auth"].encode(), auth.encode()):
        return False
    check(endpoint, p256dh, new_auth)
    with transaction.atomic():
        PushSubscription.objects.filter(digest=digest_of(endpoint)).exclude(pk=known.pk).delete()
        known.digest, known.service = digest_of(endpoint), services.service_of(endpoint)
        known.keep(endpoint=endpoint, p256dh=p256dh, auth=new_auth)
        known.save()
    return True


def keys_for_browsers() -> str:
    """The public key; a new one where the old is lost (data without their key file), and then nobody listens yet."""
    keys = PushKeys.current()
    try:
        keys.private  # noqa: B018 - whether it can be read
    except Unreadable:
        with transaction.atomic():
            PushMessage.objects.all().delete()
            PushSubscription.objects.all().delete()
            PushKeys.objects.all().delete()
        keys = PushKeys.current()
    return keys.public
