from collections.abc import Iterable

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.clients.contact_details import veiled
from kartu.clients.duplicates import keys
from kartu.clients.rights import CLIENT_PARTS, CLIENT_ROWS, SEE_TOUCHES
from kartu.core.actors import Actor
from kartu.core.fields import FoldedField
from kartu.core.text import sort_key
from kartu.core.veils import Veiled
from kartu.records.custom import projecting
from kartu.records.models import Customised
from kartu.security.row_rules import PersonalRows
from kartu.security.rows import GuardedModel

LIVE = models.Q(trashed_at__isnull=True)
# What the list filters by. An index that holds these answers most questions without a look at the rows themselves.
FACETS = [
    *("responsible", "team", "status", "category", "source", "kind", "city_key"),
    *("created_at", "last_touch_at", "next_touch_at"),
]


def live_index(name: str, *columns: str, wide: bool = False, beside: tuple[str, ...] = ()) -> models.Index:
    """An index of the clients that are not in the trash; `trashed_at` in it lets SQLite count by it alone.

    A `wide` one holds all FACETS beside: walking along it finds a page even where few rows match.
    """
    columns = [*columns, "id", "trashed_at", *beside]
    facets = [facet for facet in FACETS if facet not in columns] if wide else []
    return models.Index(fields=[*columns, *facets], name=name, condition=LIVE)


class Client(Customised):
    """A company or a person the firm deals with: the card on which everything hangs.

    `phone`, `email`, `city` repeat the main channel and address, `last_touch_*` and `next_touch_*` the newest touch
    and what comes next, so that a list of a million clients sorts and filters by an index.
    """

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        PERSON = "person", _("Person")

    row_rule = CLIENT_ROWS
    derived_fields = Customised.derived_fields | frozenset(
        {
            "name_key",
            "match_key",
            "city_key",
            "phone",
            "email",
            "city",
            "last_touch_at",
            "last_touch_text",
            "next_touch_at",
            "next_touch_text",
        }
    )

    kind = models.CharField(_("Who is it"), max_length=10, choices=Kind, default=Kind.COMPANY)
    name = models.CharField(_("Name"), max_length=300)
    name_key = FoldedField()
    match_key = FoldedField(default="")
    # Of a person, as far as the name divides; a single word stays in `name` alone.
    family_name = models.CharField(_("Family name"), max_length=120, blank=True)
    given_name = models.CharField(_("Given name"), max_length=120, blank=True)
    patronymic = models.CharField(_("Patronymic"), max_length=120, blank=True)
    salutation = models.CharField(_("How to address"), max_length=40, blank=True)
    about = models.CharField(_("What they do"), max_length=200, blank=True)
    pinned = models.TextField(_("Pinned"), blank=True)
    country = models.CharField(_("Country"), max_length=2, blank=True)
    language = models.CharField(_("Language of documents"), max_length=5, blank=True)
    birthday = models.DateField(_("Birthday"), null=True, blank=True)
    consent_at = models.DateField(_("Consent to keep their data, since"), null=True, blank=True)
    consent_how = models.CharField(_("How consent was given"), max_length=200, blank=True)

    # Their indexes stand below: one of the column alone would only lead the planner astray.
    status = models.ForeignKey(
        "clients.Status", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    category = models.ForeignKey(
        "clients.Category", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    source = models.ForeignKey(
        "clients.Source", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    responsible = models.ForeignKey(
        "firm.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    team = models.ForeignKey("firm.Team", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    phone = FoldedField(_("Phone"))
    email = FoldedField(_("E-mail"))
    city = models.CharField(_("City"), max_length=120, blank=True, editable=False)
    city_key = FoldedField()
    last_touch_at = models.DateTimeField(_("Last touch"), null=True, editable=False)
    last_touch_text = models.CharField(max_length=120, blank=True, editable=False)
    next_touch_at = models.DateTimeField(_("Next touch"), null=True, editable=False)
    next_touch_text = models.CharField(max_length=120, blank=True, editable=False)

    created_at = models.DateTimeField(_("Added"), auto_now_add=True)
    created_by = models.ForeignKey("firm.User", models.PROTECT, null=True, related_name="+", db_index=False)
    batch_id = models.BigIntegerField(null=True, editable=False)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The card that took this one over; its old addresses lead there.
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, editable=False, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        indexes = [
            # By phone, clients stand by countries, and so do names and cities: a walk along it would be long.
            live_index("client_name", "name_key", wide=True, beside=("phone",)),
            live_index("client_responsible", "responsible", "name_key", wide=True),
            live_index("client_team", "team", "name_key"),
            live_index("client_status", "status", "name_key", wide=True),
            live_index("client_category", "category", "name_key", wide=True),
            live_index("client_source", "source", "name_key"),
            live_index("client_kind", "kind", "name_key"),
            live_index("client_country", "country", "name_key"),
            live_index("client_created_by", "created_by", "name_key"),
            live_index("client_city", "city_key", "name_key", wide=True, beside=("phone",)),
            # Numbers go by countries, and so do names: whoever looks for "PT ..." walks past all those of other ones.
            live_index("client_phone", "phone", wide=True, beside=("name_key",)),
            live_index("client_email", "email"),
            live_index("client_match", "match_key"),
            live_index("client_birthday", "birthday"),
            # New ones are looked through in any order, of which nearly all go on by name.
            live_index("client_created", "created_at", wide=True, beside=("name_key",)),
            live_index("client_last_touch", "last_touch_at", wide=True),
            live_index("client_next_touch", "next_touch_at", wide=True),
            models.Index(fields=["batch_id"], name="client_batch", condition=models.Q(batch_id__isnull=False)),
            models.Index(fields=["trashed_at"], name="client_trash", condition=models.Q(trashed_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(trashed_at__isnull=False),
                name="client_merged_is_out_of_sight",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        self.name_key = sort_key(self.name)[:320]
        self.match_key = (
            keys.key_of_company(self.name)
            if self.is_company
            else keys.key_of_person(self.name, self.family_name, self.given_name)
        )
        self.city_key = sort_key(self.city)[:140]
        super().derive()

    def veil_from(self, reader: Actor) -> None:
        here = self.__dict__
        for name in ("phone", "email"):
            if here.get(name):
                here[name] = veiled(here[name], reader)
        if here.get("last_touch_text") and not reader.may(SEE_TOUCHES):
            here["last_touch_text"] = Veiled("", here["last_touch_text"])

    @classmethod
    def project_many(cls, records: "list[Client]") -> None:
        projecting.renew(apps.get_model("clients.ClientValue"), records)

    @classmethod
    def names(cls, ids: Iterable[int]) -> dict[int, str]:
        """Id -> name, all that may be told of clients that stand beside one's own but out of one's reach."""
        rows = cls.objects.as_system("the name alone of a client that a visible record points at")
        return dict(rows.filter(pk__in=list(ids)).values_list("pk", "name"))

    @property
    def is_company(self) -> bool:
        return self.kind == self.Kind.COMPANY


class ClientTag(GuardedModel):
    """A tag on a client."""

    row_rule = CLIENT_PARTS

    client = models.ForeignKey(Client, models.CASCADE, related_name="client_tags")
    tag = models.ForeignKey("clients.Tag", models.PROTECT, related_name="+")
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "tag"], condition=models.Q(trashed_at__isnull=True), name="client_tag_once"
            )
        ]
        indexes = [models.Index(fields=["tag", "client"], name="client_tag_clients")]

    def __str__(self) -> str:
        return str(self.tag_id)


class ClientRelation(GuardedModel):
    """How a client stands to another one. Who does not see the other one sees its name only."""

    class Kind(models.TextChoices):
        PART_OF = "part_of", _("part of")
        REFERRED_BY = "referred_by", _("recommended by")
        PARTNER = "partner", _("partner of")
        WORKS_FOR = "works_for", _("works for")
        RELATIVE = "relative", _("relative of")

    row_rule = CLIENT_PARTS
    once_among = ("client_id", "other_id", "kind")

    client = models.ForeignKey(Client, models.CASCADE, related_name="relations")
    other = models.ForeignKey(Client, models.CASCADE, related_name="relations_from")
    kind = models.CharField(_("How they are related"), max_length=12, choices=Kind)
    note = models.CharField(_("Note"), max_length=200, blank=True)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints = [
            models.CheckConstraint(condition=~models.Q(client=models.F("other")), name="relation_not_to_itself")
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.kind} {self.other_id}"


class Favourite(GuardedModel):
    """A client that a person keeps at hand."""

    row_rule = PersonalRows("person")

    person = models.ForeignKey("firm.User", models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, models.CASCADE, related_name="favourites")
    created_at = models.DateTimeField(auto_now_add=True)
    trashed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("favourite")
        verbose_name_plural = _("favourites")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "client"], condition=models.Q(trashed_at__isnull=True), name="favourite_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} likes {self.client_id}"
