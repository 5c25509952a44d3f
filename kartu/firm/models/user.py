from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Ends, Scope


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)

    def active(self) -> models.QuerySet["User"]:
        return self.filter(is_active=True).order_by("name")

    def with_rights(self) -> list["User"]:
        """Everybody who has access, to be asked together what he may and how far."""
        people = list(self.active().select_related("role", "team"))
        branches: dict[int, Ends] = {}
        for person in people:
            person._branches = branches
        return people

    def of_the_demo(self) -> models.QuerySet["User"]:
        """The made-up people, whom everybody may be: none in a firm that is no demo, and nobody who has a password."""
        people = self.active().filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        demo = apps.get_model("firm.Firm").objects.filter(is_demo=True)
        return people.filter(models.Exists(demo)).select_related("role", "team").order_by("pk")


class User(AbstractBaseUser):
    """A person who works in the firm. Its rights come from its role and nowhere else."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the computer")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        COMPACT = "compact", _("Compact")
        NORMAL = "normal", _("Normal")
        ROOMY = "roomy", _("Roomy")

    email = models.EmailField(_("E-mail"), max_length=254)
    name = models.CharField(_("Name"), max_length=150)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    role = models.ForeignKey("firm.Role", models.PROTECT, related_name="users", verbose_name=_("Role"))
    team = models.ForeignKey(
        "firm.Team", models.SET_NULL, null=True, blank=True, related_name="members", verbose_name=_("Team")
    )
    branch = models.ForeignKey(
        "firm.Branch", models.SET_NULL, null=True, blank=True, related_name="people", verbose_name=_("Branch")
    )
    language = models.CharField(_("Language"), max_length=5, default="en")
    time_zone = models.CharField(_("Time zone"), max_length=60, default="UTC")
    theme = models.CharField(_("Colours"), max_length=5, choices=Theme, default=Theme.AUTO)
    density = models.CharField(_("Row height"), max_length=7, choices=Density, default=Density.NORMAL)
    letter_keys = models.BooleanField(_("Single-letter shortcuts"), default=True)
    picture = models.FileField(_("Picture"), upload_to="people/", blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True, editable=False)
    # One more ends every session of the person at once: the number is part of what a session is checked against.
    session_number = models.PositiveIntegerField(default=0, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    is_system = False
    # The rights of the access token by which a program works in this person's name; None: all of the role's.
    narrowed_to: frozenset[str] | None = None
    # What is known of branches by now; people that are asked together share it.
    _branches: dict[int, Ends] | None = None

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """What every session carries and is compared with at each request."""
        return salted_hmac("kartu.session", f"{self.password} {self.session_number}", algorithm="sha256").hexdigest()

    def scope(self, right: str) -> Scope | None:
        """The reach of `right` for this person, or None; a disabled person has no right at all."""
        if not self.is_active or (self.narrowed_to is not None and right not in self.narrowed_to):
            return None
        return self.role.scope(right)

    def of_the_branch(self) -> Ends:
        """Who works at this person's branch, with access or without it, and its teams: asked once in a request."""
        if self._branches is None:
            self._branches = {}
        if self.branch_id not in self._branches:
            teams = apps.get_model("firm.Team").objects.filter(branch_id=self.branch_id).values_list("pk", flat=True)
            people = User.objects.filter(branch_id=self.branch_id).values_list("pk", flat=True)
            self._branches[self.branch_id] = Ends(tuple(people.order_by("pk")), tuple(teams.order_by("pk")))
        return self._branches[self.branch_id]

    def may(self, right: str) -> bool:
        return self.scope(right) is not None

    @property
    def is_owner(self) -> bool:
        return self.role.code == self.role.OWNER
