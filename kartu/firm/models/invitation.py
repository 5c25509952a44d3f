"""Links that work once: to make the firm, and to join it. Only a hash of a link is kept."""

import hashlib
import secrets
from datetime import timedelta

from django.db import models
from django.utils import timezone


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
    def redeem(cls, token: str) -> "OneTimeLink | None":
        """The open link of `token`, or None for one that is unknown, used or too old."""
        return cls.objects.filter(
            token_digest=digest(token), used_at__isnull=True, expires_at__gt=timezone.now()
        ).first()


class SetupLink(OneTimeLink):
    """Opens the first-run page; every start of an empty program issues a new one and voids the old."""

    lifetime = timedelta(hours=24)


class Invitation(OneTimeLink):
    """Lets a colleague in, with the role and team chosen by whoever invites."""

    role = models.ForeignKey("firm.Role", models.CASCADE, related_name="+")
    team = models.ForeignKey("firm.Team", models.SET_NULL, null=True, blank=True, related_name="+")
    branch = models.ForeignKey("firm.Branch", models.SET_NULL, null=True, blank=True, related_name="+")
    email = models.EmailField(blank=True)
    invited_by = models.ForeignKey("firm.User", models.CASCADE, related_name="invitations")
    joined = models.OneToOneField("firm.User", models.SET_NULL, null=True, blank=True, related_name="invitation")
