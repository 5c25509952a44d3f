from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.clients.contact_details import veiled
from kartu.clients.duplicates import keys
from kartu.clients.rights import CLIENT_PARTS
from kartu.core.actors import Actor
from kartu.core.fields import FoldedField
from kartu.core.text import sort_key
from kartu.security.rows import GuardedModel


class Contact(GuardedModel):
    """A person one speaks to at a client."""

    row_rule = CLIENT_PARTS
    derived_fields = frozenset({"name_key", "match_key"})
    main_among = ("client_id",)

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="contacts")
    name = models.CharField(_("Name"), max_length=300)
    name_key = models.CharField(max_length=320, editable=False)
    match_key = FoldedField(default="")
    family_name = models.CharField(_("Family name"), max_length=120, blank=True)
    given_name = models.CharField(_("Given name"), max_length=120, blank=True)
    patronymic = models.CharField(_("Patronymic"), max_length=120, blank=True)
    salutation = models.CharField(_("How to address"), max_length=40, blank=True)
    position = models.CharField(_("Position"), max_length=120, blank=True)
    birthday = models.DateField(_("Birthday"), null=True, blank=True)
    note = models.TextField(_("Note"), blank=True)
    is_main = models.BooleanField(_("The main one"), default=False)
    batch_id = models.BigIntegerField(null=True, editable=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-is_main", "id"]
        indexes = [models.Index(fields=["match_key"], name="contact_match", condition=models.Q(trashed_at=None))]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        self.name_key = sort_key(self.name)[:320]
        self.match_key = keys.key_of_person(self.name, self.family_name, self.given_name)

    def veil_from(self, reader: Actor) -> None:
        """A search brings the first of the numbers along, as `number`."""
        if number := self.__dict__.get("number"):
            self.__dict__["number"] = veiled(number, reader)
