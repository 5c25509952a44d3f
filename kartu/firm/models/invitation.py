"""Links that work once: to make the firm, to join it, to get in again. Only a hash of a link is kept."""

import hashlib
import secrets
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core.moments import latest


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class OneTimeLink(models.Model):
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    lifetime = timedelta(days=7)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"

    @classmethod
    def issue(cls, **fields) -> tuple["OneTimeLink", str]:
        """A new link and its token, which is shown once and never again."""
        token = secrets.token_urlsafe(32)
        link = cls.objects.create(token_digest=digest(token), expires_at=timezone.now() + cls.lifetime, **fields)
        return link, token

    @classmethod
    def still_open(cls) -> models.QuerySet:
        return cls.objects.filter(used_at__isnull=True, expires_at__range=(timezone.now(), latest(cls.lifetime)))

    @classmethod
    def find(cls, token: str) -> "OneTimeLink | None":
        """The open link of `token`, or None for one that is unknown, used or too old."""
        return cls.still_open().filter(token_digest=digest(token)).first()

    def use(self) -> bool:
        """Mark the link as used. False: it is used up or too old by now, somebody was faster."""
        self.used_at = timezone.now()
        return bool(self.still_open().filter(pk=self.pk).update(used_at=self.used_at))


class SetupLink(OneTimeLink):
    """Opens the first-run page; every start of an empty program issues a new one and voids the old."""

    lifetime = timedelta(hours=24)


class Invitation(OneTimeLink):
    """Lets a colleague in, with the role and team chosen by whoever invites."""

    name = models.CharField(_("Name"), max_length=150, blank=True)
    role = models.ForeignKey("firm.Role", models.CASCADE, related_name="+", verbose_name=_("Role"))
    team = models.ForeignKey(
        "firm.Team", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Team")
    )
    branch = models.ForeignKey(
        "firm.Branch", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Branch")
    )
    email = models.EmailField(_("E-mail"), blank=True)
    invited_by = models.ForeignKey("firm.User", models.CASCADE, related_name="invitations")
    joined = models.OneToOneField("firm.User", models.SET_NULL, null=True, blank=True, related_name="invitation")


class KeyLink(OneTimeLink):
    """Lets a colleague who has forgotten the password choose another one."""

    lifetime = timedelta(hours=24)

    person = models.ForeignKey("firm.User", models.CASCADE, related_name="+")
    given_by = models.ForeignKey("firm.User", models.CASCADE, related_name="+")
    # Made on the server for somebody who has lost the phone, too: with the new password the second step goes.
    without_second = models.BooleanField(default=False)
