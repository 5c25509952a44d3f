from django.conf import settings
from django.db import models
from django.utils import timezone

from kartu.core.sealing import seal, unseal

PURPOSE = "telegram bot"


class TelegramBot(models.Model):
    """The bot by which Kartu writes: at most one row. `heard_up_to` is the number of the last thing it has heard."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sealed_token = models.TextField()
    # As Telegram knows it: the number at the head of its token, and its name without the @.
    number = models.BigIntegerField()
    username = models.CharField(max_length=64)
    heard_up_to = models.BigIntegerField(default=0)
    heard_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="telegram_bot_is_one")]

    def __str__(self) -> str:
        return f"@{self.username}"

    @classmethod
    def current(cls) -> "TelegramBot | None":
        return cls.objects.first()

    def set_token(self, token: str) -> None:
        self.sealed_token = seal(token, PURPOSE)

    @property
    def token(self) -> str:
        """Raises kartu.core.sealing.Unreadable after a move without the key file."""
        return unseal(self.sealed_token, PURPOSE)


class TelegramChat(models.Model):
    """The chat of one person with the bot. `blocked_at`: he has shut the bot out, and nothing arrives."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="telegram")
    chat = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=150, blank=True)
    linked_at = models.DateTimeField(default=timezone.now)
    blocked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name or str(self.chat)


class TelegramCode(models.Model):
    """What a person sends to the bot to prove that the chat is his: works once, and not for long."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    until_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest[:8]


class TelegramMessage(models.Model):
    """A notice on its way by the bot, and as which message of the chat it stands there."""

    notification = models.OneToOneField("notifications.Notification", models.CASCADE, related_name="telegram")
    chat = models.BigIntegerField(null=True, blank=True)
    number = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.number or "")
