import json

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from kartu.core.sealing import seal, unseal
from kartu.notifications.push.crypt import new_private_key, public_key_of

PURPOSE = "push key"
DEVICE_PURPOSE = "push subscription"


class PushKeys(models.Model):
    """The pair of keys by which the services of the browser makers know this installation (VAPID): one row, made once.

    Every device has subscribed to the public one: with other keys all of them would have to be set up anew.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sealed_private = models.TextField()
    public = models.CharField(max_length=100)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="push_keys_are_one")]

    def __str__(self) -> str:
        return self.public

    @classmethod
    def current(cls) -> "PushKeys":
        return cls.objects.first() or cls._make()

    @classmethod
    def _make(cls) -> "PushKeys":
        private = new_private_key()
        try:
            with transaction.atomic():
                return cls.objects.create(sealed_private=seal(private, PURPOSE), public=public_key_of(private))
        except IntegrityError:
            return cls.objects.get()  # another process has made them meanwhile

    @property
    def private(self) -> str:
        """Raises kartu.core.sealing.Unreadable after a move without the key file."""
        return unseal(self.sealed_private, PURPOSE)


class PushSubscription(models.Model):
    """A browser that shows notices of one person, even with no page open.

    `digest` is the SHA-256 of its address at the browser's maker; the address and the keys for what is sent there are
    sealed. `device` is the sign-in it was set up in: ended by somebody, it takes this along; run out, it does not.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_subscriptions")
    device = models.ForeignKey("firm.Device", models.SET_NULL, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    # The host of the browser's maker, which carries what is sent.
    service = models.CharField(max_length=100)
    sealed = models.TextField()
    # What people know it by: "Chrome, Android".
    label = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # When something was last sent there, and since when that has failed.
    last_ok_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label or self.service

    def keep(self, *, endpoint: str, p256dh: str, auth: str) -> None:
        self.sealed = seal(json.dumps({"endpoint": endpoint, "p256dh": p256dh, "auth": auth}), DEVICE_PURPOSE)

    @property
    def opened(self) -> dict[str, str]:
        """endpoint, p256dh and auth; raises kartu.core.sealing.Unreadable."""
        return json.loads(unseal(self.sealed, DEVICE_PURPOSE))


class PushMessage(models.Model):
    """A notice on its way to one browser. `key` is fixed before the first try, so that what arrives twice is one."""

    notification = models.ForeignKey("notifications.Notification", models.CASCADE, related_name="pushes")
    subscription = models.ForeignKey(PushSubscription, models.CASCADE, related_name="messages")
    key = models.CharField(max_length=32, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    # The service refused this very message for good, and why.
    refused = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notification", "subscription"], name="push_once_a_device")]
        indexes = [models.Index(fields=["subscription", "-id"], name="push_newest")]

    def __str__(self) -> str:
        return self.key
