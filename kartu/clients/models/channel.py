from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.clients.contact_details import sees_all, veiled
from kartu.clients.rights import CLIENT_PARTS
from kartu.core.actors import Actor
from kartu.core.fields import FoldedField
from kartu.core.text import sort_key
from kartu.core.veils import Veiled, is_veiled, real_of
from kartu.firm import phones
from kartu.security.rows import GuardedModel


class Channel(GuardedModel):
    """A way to reach a client or one of its people: phone, e-mail, messenger, site.

    `value` is the one normal spelling (E.164 of a phone, the address of an e-mail in small letters), `typed` what the
    person wrote. `digits` are the digits by which a phone is found from any of its ends.
    """

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")
        WHATSAPP = "whatsapp", _("WhatsApp")
        TELEGRAM = "telegram", _("Telegram")
        SITE = "site", _("Web site")
        OTHER = "other", _("Other")

    row_rule = CLIENT_PARTS
    derived_fields = frozenset({"digits"})
    main_among = ("client_id", "contact_id", "kind")
    once_among = ("client_id", "contact_id", "kind", "value")

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="channels")
    contact = models.ForeignKey("clients.Contact", models.CASCADE, null=True, blank=True, related_name="channels")
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind)
    value = models.CharField(_("Number or address"), max_length=254)
    typed = models.CharField(max_length=254, blank=True)
    extension = models.CharField(_("Extension"), max_length=20, blank=True)
    label = models.CharField(_("Which one"), max_length=60, blank=True)
    digits = models.CharField(max_length=60, blank=True, editable=False)
    is_main = models.BooleanField(_("The main one"), default=False)
    batch_id = models.BigIntegerField(null=True, editable=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("way to reach")
        verbose_name_plural = _("ways to reach")
        ordering = ["-is_main", "id"]
        indexes = [models.Index(fields=["value", "kind"], name="channel_value")]

    def __str__(self) -> str:
        return self.value

    def derive(self) -> None:
        self.digits = phones.search_digits(self.value)[:60] if self.is_number else ""

    @property
    def is_number(self) -> bool:
        """Whether it is a telephone number, called or written to (a Telegram account may be a mere name)."""
        return self.kind in (self.Kind.PHONE, self.Kind.WHATSAPP) or real_of(self.value).startswith("+")

    def veil_from(self, reader: Actor) -> None:
        here = self.__dict__
        seen = veiled(here.get("value") or here.get("typed") or "", reader)
        if not is_veiled(seen) and (here.get("value") or sees_all(reader)):
            return
        can_reveal = is_veiled(seen) and seen.can_reveal
        for name, mask in (("value", seen), ("typed", seen), ("extension", ""), ("digits", "")):
            if here.get(name) and not is_veiled(here[name]):
                here[name] = Veiled(mask, here[name], can_reveal=can_reveal)


class Address(GuardedModel):
    """A place of a client."""

    class Kind(models.TextChoices):
        OFFICE = "office", _("Office")
        REGISTERED = "registered", _("Registered")
        DELIVERY = "delivery", _("Delivery")
        HOME = "home", _("Home")

    row_rule = CLIENT_PARTS
    derived_fields = frozenset({"city_key"})
    main_among = ("client_id",)
    once_among = ("client_id", "street", "city", "region", "postcode", "country")

    client = models.ForeignKey("clients.Client", models.CASCADE, related_name="addresses")
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.OFFICE)
    street = models.CharField(_("Street, house"), max_length=300, blank=True)
    city = models.CharField(_("City"), max_length=120, blank=True)
    city_key = FoldedField()
    region = models.CharField(_("Region"), max_length=120, blank=True)
    postcode = models.CharField(_("Postcode"), max_length=20, blank=True)
    country = models.CharField(_("Country"), max_length=2, blank=True)
    note = models.CharField(_("How to get there"), max_length=300, blank=True)
    is_main = models.BooleanField(_("The main one"), default=False)
    batch_id = models.BigIntegerField(null=True, editable=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["-is_main", "id"]

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.street, self.city, self.region, self.postcode]))

    def derive(self) -> None:
        self.city_key = sort_key(self.city)[:140]
