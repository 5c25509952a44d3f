from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.clients.rights import CLIENT_PARTS
from kartu.firm import requisites
from kartu.security.rows import GuardedModel


class ClientEntity(GuardedModel):
    """A legal person of a client, with the numbers its papers carry (kinds and checks: firm.requisites)."""

    row_rule = CLIENT_PARTS
    derived_fields = frozenset({"tax_id"})
    main_among = ("client_id",)

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="entities")
    name = models.CharField(_("Full legal name"), max_length=300)
    country = models.CharField(_("Country"), max_length=2, blank=True)
    registry_ids = models.JSONField(_("Registry numbers"), default=dict, blank=True)
    tax_id = models.CharField(max_length=40, blank=True, editable=False)
    address = models.CharField(_("Registered address"), max_length=300, blank=True)
    is_main = models.BooleanField(_("The main one"), default=False)
    batch_id = models.BigIntegerField(null=True, editable=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("legal person")
        verbose_name_plural = _("legal persons")
        ordering = ["-is_main", "id"]
        indexes = [models.Index(fields=["tax_id"], name="entity_tax_id", condition=~models.Q(tax_id=""))]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        self.tax_id = requisites.tax_id(self.country, self.registry_ids)[:40]


class BankAccount(GuardedModel):
    """An account of a client's legal person."""

    row_rule = CLIENT_PARTS
    main_among = ("client_id", "entity_id")

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="bank_accounts")
    entity = models.ForeignKey(ClientEntity, models.CASCADE, null=True, blank=True, related_name="bank_accounts")
    bank_name = models.CharField(_("Bank"), max_length=200, blank=True)
    bank_code = models.CharField(_("BIC, BIK or SWIFT"), max_length=20, blank=True)
    account = models.CharField(_("Account"), max_length=40)
    currency = models.CharField(_("Currency"), max_length=3, blank=True)
    is_main = models.BooleanField(_("The main one"), default=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        ordering = ["-is_main", "id"]

    def __str__(self) -> str:
        return self.account
