from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core.sealing import seal, unseal

PURPOSE = "mail password"


class MailSettings(models.Model):
    """The mail server through which the program sends: at most one row. Without it the bell alone tells people."""

    class Security(models.TextChoices):
        STARTTLS = "starttls", _("STARTTLS (usually port 587)")
        TLS = "tls", _("TLS (usually port 465)")
        NONE = "none", _("none: only for a server in this building")

    TIMEOUT = 20
    LONGEST_PAUSE = timedelta(minutes=5)

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    host = models.CharField(_("Mail server"), max_length=200)
    port = models.PositiveIntegerField(_("Port"), default=587)
    security = models.CharField(_("Protection"), max_length=10, choices=Security, default=Security.STARTTLS)
    user = models.CharField(_("User name"), max_length=200, blank=True)
    sealed_password = models.TextField(blank=True)
    from_address = models.EmailField(_("Letters come from"), max_length=254)
    from_name = models.CharField(_("Name of the sender"), max_length=100, blank=True)
    # Since when the server does not take our letters, and until when we leave it in peace.
    failing_since = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="mail_settings_are_one")]

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @classmethod
    def current(cls) -> "MailSettings | None":
        return cls.objects.first()

    def set_password(self, password: str) -> None:
        self.sealed_password = seal(password, PURPOSE) if password else ""

    @property
    def password(self) -> str:
        """The password; raises kartu.core.sealing.Unreadable after a move without the key file."""
        return unseal(self.sealed_password, PURPOSE) if self.sealed_password else ""

    def connection(self, timeout: int = TIMEOUT) -> BaseEmailBackend:
        """Django's way to the server, through the backend of the settings (tests put another one there)."""
        if self.port not in settings.MAIL_PORTS:
            raise ValueError(_("Port %(port)d is not one of a mail server") % {"port": self.port})
        return get_connection(
            host=self.host,
            port=self.port,
            username=self.user or None,
            password=self.password or None,
            use_tls=self.security == self.Security.STARTTLS,
            use_ssl=self.security == self.Security.TLS,
            timeout=timeout,
        )

    def note_success(self) -> None:
        if self.failing_since or self.last_error:
            type(self).objects.filter(pk=self.pk).update(failing_since=None, paused_until=None, last_error="")

    def note_failure(self, reason: str) -> None:
        """Leave the server in peace for a while, longer each time, so that a thousand letters do not all knock."""
        now = timezone.now()
        self.failing_since = self.failing_since or now
        pause = max(timedelta(seconds=10), min((now - self.failing_since) / 2, self.LONGEST_PAUSE))
        self.paused_until = now + pause
        self.last_error = reason[:300]
        self.save(update_fields=["failing_since", "paused_until", "last_error"])
