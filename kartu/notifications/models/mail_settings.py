from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.core.sealing import seal, unseal
from kartu.notifications.models.carrier import LeftInPeace

PURPOSE = "mail password"


class MailSettings(LeftInPeace):
    """The mail server through which the program sends: at most one row. Without it the bell alone tells people."""

    taken_along = True

    class Security(models.TextChoices):
        STARTTLS = "starttls", _("STARTTLS (usually port 587)")
        TLS = "tls", _("TLS (usually port 465)")
        NONE = "none", _("none: only for a server in this building")

    TIMEOUT = 20

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    host = models.CharField(_("Mail server"), max_length=200)
    port = models.PositiveIntegerField(_("Port"), default=587)
    security = models.CharField(_("Protection"), max_length=10, choices=Security, default=Security.STARTTLS)
    user = models.CharField(_("User name"), max_length=200, blank=True)
    sealed_password = models.TextField(blank=True)
    from_address = models.EmailField(_("Letters come from"), max_length=254)
    from_name = models.CharField(_("Name of the sender"), max_length=100, blank=True)

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
