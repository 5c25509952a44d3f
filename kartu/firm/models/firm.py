from contextlib import AbstractContextManager, nullcontext

from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class Trade(models.TextChoices):
    """What the firm lives on: the first-run page fills the short lists accordingly."""

    SHOP = "shop", _("Shop or wholesale")
    SERVICES = "services", _("Services, repairs")
    TELECOM = "telecom", _("Telecom, subscriptions, monthly billing")
    PRODUCTION = "production", _("Production")
    AGENCY = "agency", _("Agency, projects")
    OTHER = "other", _("Something else")


class Firm(models.Model):
    """The firm whose program this is: exactly one row, made by the first-run page.

    `calendar`: the country by whose production calendar it works, where that is not its own; `NO_CALENDAR`: by none.
    """

    NO_CALENDAR = "-"

    taken_along = True

    name = models.CharField(_("Name of the firm"), max_length=200)
    country = models.CharField(_("Country"), max_length=2)
    currency = models.CharField(_("Currency"), max_length=3)
    language = models.CharField(_("Language"), max_length=5, default="en")
    time_zone = models.CharField(_("Time zone"), max_length=60, default="UTC")
    trade = models.CharField(_("What the firm does"), max_length=20, choices=Trade, default=Trade.OTHER)
    logo = models.FileField(_("Logo"), upload_to="firm/", blank=True)
    calendar = models.CharField(_("Production calendar"), max_length=2, blank=True, default="")
    is_demo = models.BooleanField(default=False)
    second_for_all = models.BooleanField(_("Second step required of everybody"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="firm_is_one")]

    def __str__(self) -> str:
        return self.name

    @property
    def calendar_country(self) -> str:
        """The country whose days off are the firm's; "": of none."""
        return "" if self.calendar == self.NO_CALENDAR else self.calendar or self.country

    @classmethod
    def current(cls) -> "Firm | None":
        """The firm, or None before the first run."""
        return cls.objects.first()

    @classmethod
    def in_its_language(cls) -> AbstractContextManager:
        """Words that are written by nobody at a screen are those of the firm."""
        language = cls.objects.values_list("language", flat=True).first()
        return translation.override(language) if language else nullcontext()


class LegalEntity(models.Model):
    """One of the firm's own legal persons, with the requisites that its documents carry.

    `registry_ids` maps a kind (firm.requisites) to its number: {"inn": "7707083893"}.
    """

    taken_along = True

    name = models.CharField(_("Full legal name"), max_length=300)
    country = models.CharField(_("Country"), max_length=2)
    registry_ids = models.JSONField(default=dict, blank=True)
    address = models.TextField(_("Registered address"), blank=True)
    bank_name = models.CharField(_("Bank"), max_length=200, blank=True)
    bank_code = models.CharField(_("BIC, BIK or SWIFT"), max_length=20, blank=True)
    bank_account = models.CharField(_("Account"), max_length=40, blank=True)
    is_main = models.BooleanField(_("The main one"), default=False)
    is_active = models.BooleanField(_("In use"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_main"], condition=models.Q(is_main=True), name="one_main_legal_entity")
        ]

    def __str__(self) -> str:
        return self.name


class Branch(models.Model):
    """A place where people of the firm work."""

    taken_along = True

    name = models.CharField(_("Name"), max_length=120, unique=True)
    address = models.TextField(_("Address"), blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=60, blank=True)
    is_active = models.BooleanField(_("In use"), default=True)

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """People who see each other's clients, with their head."""

    taken_along = True

    name = models.CharField(_("Name"), max_length=120, unique=True)
    branch = models.ForeignKey(
        Branch, models.SET_NULL, null=True, blank=True, related_name="teams", verbose_name=_("Branch")
    )
    head = models.ForeignKey(
        "firm.User", models.SET_NULL, null=True, blank=True, related_name="heads", verbose_name=_("Head")
    )
    is_active = models.BooleanField(_("In use"), default=True)

    def __str__(self) -> str:
        return self.name
