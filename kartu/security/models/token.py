"""Access tokens: by one of these another program works in the name of a person, with some of the person's rights."""

import hashlib
import hmac
import re
import secrets
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

SHAPE = re.compile(r"kartu_(\d{1,18})_([\w-]{43})")


class AccessToken(models.Model):
    """Of the token itself only a digest is kept: it is shown once, when it is made.

    It ends at `expires_at`, when somebody ends it, and with all sessions of its person (`session_number`): when the
    person's access is closed, or the password changed.
    """

    LIFETIME = timedelta(days=365)

    name = models.CharField(max_length=80)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    rights = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    session_number = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def unsaved(cls, **fields: object) -> tuple[Self, str]:
        """A new token, not saved yet, and its secret."""
        secret = secrets.token_urlsafe(32)
        return cls(digest=digest_of(secret), **fields), secret

    def spelled(self, secret: str) -> str:
        """The token as the other program sends it."""
        return f"kartu_{self.pk}_{secret}"

    @classmethod
    def named_by(cls, text: str) -> Self | None:
        """The token that `text` is, open or not; None for anything else."""
        match = SHAPE.fullmatch(text)
        token = cls.objects.select_related("person").filter(pk=int(match[1])).first() if match else None
        # Compared even where there is no such row, in a time that tells nothing of how much was right.
        known = token.digest if token else ""
        return token if match and hmac.compare_digest(known, digest_of(match[2])) else None

    @property
    def obstacle(self) -> str:
        """Why it opens nothing (for the log and for whoever lists tokens); "" for an open one."""
        if self.ended_at:
            return "ended"
        if self.expires_at <= timezone.now():
            return "expired"
        if not self.person.is_active or self.person.session_number != self.session_number:
            return "its person was shown out, or has a new password"
        return ""


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
