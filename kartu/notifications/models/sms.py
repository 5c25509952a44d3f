from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core.sealing import seal, unseal

PURPOSE = "sms gateway"


class SmsGateway(models.Model):
    """What the request to the gateway looks like: at most one row. Without it no SMS goes out.

    In `url`, `headers` and `body` stand {phone} (with +), {digits} (without), {text}, {id}, {user} and {secret}.
    """

    class Method(models.TextChoices):
        GET = "GET", "GET"
        POST = "POST", "POST"
        PUT = "PUT", "PUT"

    class Body(models.TextChoices):
        FORM = "form", _("as a form: a=1&b=2")
        JSON = "json", _('JSON: {"a": "1"}')

    TYPES = {Body.FORM: "application/x-www-form-urlencoded", Body.JSON: "application/json"}

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    url = models.CharField(_("Address"), max_length=1000)
    method = models.CharField(_("Method"), max_length=4, choices=Method, default=Method.GET)
    headers = models.TextField(_("Headers"), max_length=2000, blank=True)
    body = models.TextField(_("What is sent"), max_length=4000, blank=True)
    body_type = models.CharField(_("How it is written"), max_length=4, choices=Body, default=Body.FORM)
    user = models.CharField(_("User name or account"), max_length=200, blank=True)
    sealed_secret = models.TextField(blank=True)
    signs_in = models.BooleanField(_("Signs in by user name and password (Basic)"), default=False)
    taken_if = models.CharField(_("It was taken if the answer contains"), max_length=200, blank=True)
    most_segments = models.PositiveSmallIntegerField(_("Parts of one SMS at most"), default=2)
    day_limit = models.PositiveIntegerField(_("Parts a day at most"), default=100)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="sms_gateway_is_one")]

    def __str__(self) -> str:
        return self.url.partition("?")[0]

    @classmethod
    def current(cls) -> "SmsGateway | None":
        return cls.objects.first()

    def set_secret(self, secret: str) -> None:
        self.sealed_secret = seal(secret, PURPOSE) if secret else ""

    @property
    def secret(self) -> str:
        """Raises kartu.core.sealing.Unreadable after a move without the key file."""
        return unseal(self.sealed_secret, PURPOSE) if self.sealed_secret else ""


class SmsMessage(models.Model):
    """A message on its way as an SMS. `key` is fixed before the first try: a gateway that looks at it sends one.

    Of a notice neither number nor text are kept: both are worked out when it goes. To somebody outside the firm it goes
    as `sender` (a key of `notifications.senders`) has written it.
    """

    notification = models.OneToOneField(
        "notifications.Notification", models.CASCADE, null=True, blank=True, related_name="sms"
    )
    sender = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=2000, blank=True)
    key = models.CharField(max_length=32, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Of which day of the firm it uses up the limit, and how much; set before the first try.
    counted_on = models.DateField(null=True, blank=True, db_index=True)
    segments = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(notification__isnull=False, sender="")
                | (models.Q(notification__isnull=True) & ~models.Q(sender="")),
                name="sms_of_notice_or_sender",
            )
        ]

    def __str__(self) -> str:
        return self.key
