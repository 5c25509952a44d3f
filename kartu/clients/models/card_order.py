from django.db import models
from django.utils.translation import gettext_lazy as _


class CardOrder(models.Model):
    """In which order a role sees the sections, or the facts, of a client's card; without a role: everybody.

    `shown` and `hidden` are keys of the registries `clients.card.tabs` and `clients.card.facts`. What stands in neither
    came after the order was made, and keeps its own place.
    """

    class Part(models.TextChoices):
        TABS = "tabs", _("Sections")
        FACTS = "facts", _("Facts")

    part = models.CharField(max_length=5, choices=Part)
    role = models.ForeignKey("firm.Role", models.CASCADE, null=True, blank=True, related_name="+")
    shown = models.JSONField(default=list)
    hidden = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["part", "role"], name="card_order_of_role"),
            models.UniqueConstraint(
                fields=["part"], condition=models.Q(role__isnull=True), name="card_order_of_everybody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} of {self.role or 'everybody'}"
