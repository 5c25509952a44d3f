from django.db import models


class TotpSecret(models.Model):
    """What the authenticator app of a person and Kartu both know. A half minute is taken once: `last_step` grows."""

    person = models.OneToOneField("firm.User", models.CASCADE, related_name="+")
    sealed = models.TextField()
    last_step = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"of {self.person_id}"


class RecoveryCode(models.Model):
    """One of ten codes on paper, each good once, for the day when the phone is lost. Only a hash is kept."""

    person = models.ForeignKey("firm.User", models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"of {self.person_id}"
