from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Letter(models.Model):
    """An e-mail of the program itself: a notice, an invitation, a reminder to a client. Correspondence is not here.

    Its Message-ID is fixed before the first try, so that a letter which goes out twice after a crash is one
    letter to whoever receives it. `is_secret`: the text (a link that lets somebody in) is emptied once sent.
    """

    notification = models.ForeignKey(
        "notifications.Notification", models.PROTECT, null=True, blank=True, related_name="letters"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    address = models.EmailField(max_length=254)
    subject = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=5, default="en")
    is_secret = models.BooleanField(default=False)
    # Who writes to somebody outside the firm by it, a key of `notifications.senders`; "": the program itself.
    sender = models.CharField(max_length=40, blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.subject


class Hop(models.Model):
    """One step of one message on its way: the ledger that shows what became of everything that was to be told.

    Rows are only added. Where a message stands is its last hop on that channel.
    """

    append_only = True

    class What(models.TextChoices):
        PLANNED = "planned", _("planned")
        SENT = "sent", _("sent")
        DELAYED = "delayed", _("not yet sent")
        FAILED = "failed", _("not sent")
        DELIVERED = "delivered", _("delivered")
        SHOWN = "shown", _("shown")
        CLICKED = "clicked", _("opened")
        HELD = "held", _("held back")
        SNOOZED = "snoozed", _("put off")
        ACKED = "acked", _("acknowledged")
        IGNORED = "ignored", _("nobody looked")
        WITHDRAWN = "withdrawn", _("settled otherwise")

    SETTLED = (What.SENT, What.FAILED)

    notification = models.ForeignKey(
        "notifications.Notification", models.PROTECT, null=True, blank=True, related_name="hops"
    )
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, blank=True, related_name="hops")
    # Of an SMS to somebody outside the firm; one of a notice is told by the notice.
    sms = models.ForeignKey("notifications.SmsMessage", models.PROTECT, null=True, blank=True, related_name="hops")
    channel = models.CharField(max_length=20)
    what = models.CharField(max_length=10, choices=What)
    at = models.DateTimeField(default=timezone.now)
    # Which try this was, from 1.
    attempt = models.PositiveIntegerField(default=0)
    # What whoever carries the message calls it: the Message-ID, later the number of an SMS.
    carrier_id = models.CharField(max_length=200, blank=True)
    # Why it failed, in words for the owner.
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(notification__isnull=False)
                | models.Q(letter__isnull=False)
                | models.Q(sms__isnull=False),
                name="hop_of_something",
            ),
            # What cannot happen twice: a letter is planned once, settled once.
            models.UniqueConstraint(
                fields=["letter", "what"],
                condition=models.Q(what__in=["planned", "sent", "failed"]),
                name="hop_of_letter_once",
            ),
            models.UniqueConstraint(
                fields=["sms", "what"],
                condition=models.Q(what__in=["planned", "sent", "failed"]),
                name="hop_of_sms_once",
            ),
            models.UniqueConstraint(
                fields=["notification", "channel", "what"],
                condition=~models.Q(what__in=["delayed", "delivered"]),
                name="hop_of_notification_once",
            ),
        ]
        indexes = [models.Index(fields=["channel", "-id"], name="hop_newest")]

    def __str__(self) -> str:
        return f"{self.channel} {self.what}"
