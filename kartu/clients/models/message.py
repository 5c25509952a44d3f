from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.clients.models.opt_out import OptOut
from kartu.clients.rights import TOUCH_ROWS
from kartu.notifications.models import Letter, SmsMessage
from kartu.security.rows import GuardedModel


class ClientMessage(GuardedModel):
    """What the program writes to a client: why (`kind`, of `message_kinds`), about what, until when it makes sense.

    Address and words stand on its letter or its SMS, what became of it in their hops (decision 0137). `dedupe`: what
    cannot be said twice.
    """

    row_rule = TOUCH_ROWS

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="messages")
    contact = models.ForeignKey("clients.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=40)
    topic = models.CharField(max_length=20, choices=OptOut.Topic)
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True)
    dedupe = models.CharField(max_length=100, unique=True)
    letter = models.OneToOneField(Letter, models.PROTECT, null=True, related_name="+")
    sms = models.OneToOneField(SmsMessage, models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=5)
    # Whose night it is that is not disturbed.
    time_zone = models.CharField(max_length=60)
    # The moment for which it was planned, and the one after which it makes no sense any more.
    planned_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("message to a client")
        verbose_name_plural = _("messages to clients")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(letter__isnull=False, sms__isnull=True)
                | models.Q(letter__isnull=True, sms__isnull=False),
                name="client_message_goes_one_way",
            )
        ]
        indexes = [
            models.Index(fields=["client", "created_at", "id"], name="client_message_timeline"),
            models.Index(fields=["about_type", "about_id"], name="client_message_about"),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def parcel(self) -> Letter | SmsMessage:
        return self.letter if self.letter_id else self.sms

    @property
    def address(self) -> str:
        return self.letter.address if self.letter_id else self.sms.phone

    @classmethod
    def purged_many(cls, rows: list["ClientMessage"]) -> None:
        """With a client that is deleted for good goes what was written to it; that something went out stays."""
        letters, sms = ([getattr(row, name) for row in rows] for name in ("letter_id", "sms_id"))
        Letter.objects.filter(pk__in=letters).update(address="", subject="", text="", url="")
        SmsMessage.objects.filter(pk__in=sms).update(phone="", text="")

    def is_over(self, now: datetime) -> bool:
        return self.not_after is not None and now >= self.not_after


class MessageTemplate(models.Model):
    """The firm's own words for a kind of message, by way and language; without a row the ready ones are used."""

    class Way(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("SMS")

    kind = models.CharField(max_length=40)
    way = models.CharField(max_length=5, choices=Way)
    language = models.CharField(max_length=5)
    subject = models.CharField(_("Subject"), max_length=200, blank=True)
    text = models.TextField(_("Text"), max_length=2000)

    class Meta:
        verbose_name = _("words of messages to clients")
        verbose_name_plural = _("words of messages to clients")
        constraints = [models.UniqueConstraint(fields=["kind", "way", "language"], name="message_template_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.way} {self.language}"


class MessageHours(models.Model):
    """When clients may be written to, and what an SMS ends with: at most one row."""

    OPENS, CLOSES = 8 * 60, 20 * 60

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    # Minutes of the day.
    opens = models.PositiveSmallIntegerField(default=OPENS)
    closes = models.PositiveSmallIntegerField(default=CLOSES)
    sms_stop = models.CharField(_("What an SMS ends with"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("hours for messages to clients")
        verbose_name_plural = _("hours for messages to clients")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="message_hours_are_one"),
            models.CheckConstraint(
                condition=models.Q(opens__lt=models.F("closes"), closes__lte=1440), name="message_hours_have_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opens}–{self.closes}"

    @classmethod
    def current(cls) -> "MessageHours":
        return cls.objects.first() or cls()
