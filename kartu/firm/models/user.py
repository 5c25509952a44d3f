from collections.abc import Collection
from copy import copy
from typing import Any

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import CHANGING, READING, Ends, Scope, verb_of
from kartu.core.rights import rights


def may_be_stood_in_for(right: str) -> bool:
    declared = rights.get(right)
    return declared is not None and declared.scoped and verb_of(right) != "export"


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

    def now_take_part(self, people: Collection[int]) -> None:
        """Whoever is named on a row for the first time is looked for among those named from now on
        (`OwnedRows.named_to`)."""
        if people:
            self.filter(pk__in=people, takes_part=False).update(takes_part=True)

    def with_rights(self) -> list["User"]:
        """Everybody who has access, to be asked together what he may and how far."""
        people = list(self.active().select_related("role", "team"))
        branches: dict[int, Ends] = {}
        together: dict[Any, Any] = {}
        for person in people:
            person._branches, person._together = branches, together
        self._give_beyond([person for person in people if person.has_beyond])
        return people

    @staticmethod
    def _give_beyond(people: list["User"]) -> None:
        """What each of `people` has for a time, by one query."""
        if people:
            given = list(apps.get_model("firm.TemporaryRight").open().filter(person__in=people))
            for person in people:
                person._beyond = [each for each in given if each.person_id == person.pk]

    def of_the_demo(self) -> models.QuerySet["User"]:
        """The made-up people, whom everybody may be: none in a firm that is no demo, and nobody who has a password."""
        people = self.active().filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        demo = apps.get_model("firm.Firm").objects.filter(is_demo=True)
        return people.filter(models.Exists(demo)).select_related("role", "team").order_by("pk")


class User(AbstractBaseUser):
    """A person who works in the firm. Its rights come from its role and nowhere else."""

    taken_along = True

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
    # Whether rows of others may name the person beside those whose they are. Never taken back: it only saves a look.
    takes_part = models.BooleanField(default=False, editable=False)
    # The person has been told once that there is a second step of signing in.
    second_hinted = models.BooleanField(default=False, editable=False)
    # Until when something given for a time may hold: only saves the look at `TemporaryRight`, which says what.
    beyond_until = models.DateTimeField(null=True, editable=False)
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
    # What the apps above have looked up for all people that are asked together; None: this one is asked alone.
    _together: dict[Any, Any] | None = None
    # What has been given for a time, as far as it has been looked up.
    _beyond: list[Any] | None = None
    # On which rows this person is named, by kinds of rows, as far as it has been looked up.
    _named_on: dict[str, dict[int, bool]] | None = None

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
        own = self.scope_of_role(right)
        return Scope.OWN if own is None and self.absent_ones(right) else own

    def scope_of_role(self, right: str) -> Scope | None:
        """The same without those for whom this person stands in: of the role, and of further ones given for a time."""
        if not self.is_active or (self.narrowed_to is not None and right not in self.narrowed_to):
            return None
        own = self.role.scope(right)
        if not self.has_beyond:
            return own
        held = [own, *(each.role.scope(right) for each in self.beyond() if each.role_id)]
        return max((scope for scope in held if scope is not None), default=None)

    @property
    def has_beyond(self) -> bool:
        """Whether something given for a time may hold: asked before anything is looked up."""
        return self.beyond_until is not None and self.beyond_until > timezone.now()

    def beyond(self) -> list[Any]:
        """The `TemporaryRight`s that hold at this moment."""
        if not self.has_beyond:
            return []
        if self._beyond is None:
            self._beyond = list(apps.get_model("firm.TemporaryRight").open().filter(person_id=self.pk))
        return [each for each in self._beyond if each.holds_now]

    def absent_ones(self, right: str) -> list[tuple["User", Scope]]:
        """Those for whom this person stands in who have `right` themselves, and how far. To take out is nobody's but
        one's own, and what has no reach over rows stays with who has it."""
        if not self.has_beyond or not may_be_stood_in_for(right):
            return []
        if not self.is_active or (self.narrowed_to is not None and right not in self.narrowed_to):
            return []
        absent = [each.absent for each in self.beyond() if each.absent_id]
        return [(person, scope) for person in absent if (scope := person.scope_of_role(right)) is not None]

    def standings(self, right: str) -> list[tuple["User", Scope]]:
        """In whose place this person has `right`, and how far: his own first, then of those he stands in for."""
        own = self.scope_of_role(right)
        return [*([(self, own)] if own is not None else []), *self.absent_ones(right)]

    def teams_beyond(self, right: str) -> tuple[int, ...]:
        """The teams whose rows `right` reaches for a time."""
        verb = verb_of(right)
        if not self.has_beyond or verb not in READING | CHANGING:
            return ()
        teams = (each for each in self.beyond() if each.team_id and (each.may_change or verb in READING))
        return tuple(sorted({each.team_id for each in teams}))

    @property
    def role_ids(self) -> set[int]:
        """The person's role, and those he has for a time."""
        return {self.role_id, *(each.role_id for each in self.beyond() if each.role_id)}

    def in_his_own_place(self) -> "User":
        """This person as he is without those for whom he stands in; nothing is saved."""
        return self.with_beyond([each for each in self.beyond() if not each.absent_id])

    def with_beyond(self, given: list[Any]) -> "User":
        other = copy(self)
        other._beyond, other._named_on = given, None
        return other

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
