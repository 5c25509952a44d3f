from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kartu.clients.models.client import Client
from kartu.clients.rights import CLIENT_ROWS, MERGE
from kartu.core.actors import Actor
from kartu.security.row_rules import RowRule
from kartu.security.rows import GuardedModel


class DuplicatePairs(models.QuerySet):
    def reached_by(self, actor: Actor, right: str = MERGE) -> "DuplicatePairs":
        """The pairs that `actor` may merge (or `right`): both cards within his reach, nobody has told them apart."""
        mine = Client.objects.visible_to(actor, right).values("pk")
        told = NotSame.objects.as_system("pairs that somebody has told apart").filter(trashed_at=None)
        apart = told.filter(client_id=models.OuterRef("client_id"), other_id=models.OuterRef("other_id"))
        return self.filter(~models.Exists(apart), client_id__in=mine, other_id__in=mine)


class DuplicatePair(models.Model):
    """Two clients that are perhaps the same: computed every night, never typed. It has numbers and no foreign keys, so
    that nobody asks about clients by way of a table without rights.

    `client_id` is the older card. `score` (1 to 100) says how likely it is, `why` holds the reasons
    (`duplicates.judging.Why`), `run` is the search that found it.
    """

    taken_along = False  # found anew each night

    client_id = models.BigIntegerField()
    other_id = models.BigIntegerField()
    score = models.PositiveSmallIntegerField()
    why = models.PositiveSmallIntegerField()
    run = models.BigIntegerField()

    objects = DuplicatePairs.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client_id", "other_id"], name="duplicate_pair_once")]
        indexes = [
            models.Index(fields=["-score", "id"], name="duplicate_pair_first"),
            models.Index(fields=["run"], name="duplicate_pair_run"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} = {self.other_id}"

    @property
    def token(self) -> str:
        """How pages name the pair: "17-23"."""
        return f"{self.client_id}-{self.other_id}"

    @property
    def place(self) -> str:
        """Where it stands among all, the likeliest first: what a page begins behind."""
        return f"{self.score}-{self.pk}"


class Doubt(models.Model):
    """A number of a client that cannot be right: computed every night, never typed."""

    taken_along = False  # found anew each night

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        TAX = "tax", _("Tax number")

    client_id = models.BigIntegerField()
    kind = models.CharField(max_length=5, choices=Kind)
    value = models.CharField(max_length=254)
    run = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "client_id"], name="doubt_clients"),
            models.Index(fields=["run"], name="doubt_run"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.value}"


class PairRows(RowRule):
    """Rows about two clients: seen by whoever sees both."""

    view, change = CLIENT_ROWS.view, CLIENT_ROWS.change

    def condition(self, actor: Actor, right: str, prefix: str = "") -> Q | None:
        one = CLIENT_ROWS.condition(actor, right, f"{prefix}client__")
        other = CLIENT_ROWS.condition(actor, right, f"{prefix}other__")
        return None if one is None or other is None else one & other

    def is_part_of(self, model: type[models.Model], field: models.Field) -> bool:
        return field.name in ("client", "other")


class NotSame(GuardedModel):
    """Somebody has looked at two clients and said that they are two. `client` is the older card."""

    row_rule = PairRows()

    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    other = models.ForeignKey(Client, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("two clients told apart")
        verbose_name_plural = _("clients told apart")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "other"], condition=Q(trashed_at__isnull=True), name="not_same_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id} is not {self.other_id}"

    def audit_root(self) -> tuple[str, int | None]:
        return Client._meta.label_lower, self.client_id
