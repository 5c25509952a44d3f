import hashlib
import json

from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Scope
from kartu.core.rights import rights

# A ready role is shown in the reader's language, whatever language the firm was made in.
READY_NAMES = {
    "owner": _("Owner"),
    "head": _("Head of sales"),
    "seller": _("Seller"),
    "storekeeper": _("Storekeeper"),
    "accountant": _("Accountant"),
    "expert": _("Expert"),
    "marketing": _("Marketing"),
    "auditor": _("Auditor"),
}

READY_SIGHT = {
    "owner": _("sees everything"),
    "head": _("sees the clients of the team"),
    "seller": _("sees only own clients"),
    "storekeeper": _("sees no clients"),
    "accountant": _("sees and prints all clients and their papers, changes none"),
    "expert": _("sets up fields, sections, lists and imports; sees only own clients"),
    "marketing": _("sees all clients and their segments, takes none away"),
    "auditor": _("reads everything, changes nothing"),
}


class RoleQuerySet(models.QuerySet):
    def in_use(self) -> "RoleQuerySet":
        """The roles that people may get: the ready ones first, then the firm's own as they were made."""
        return self.filter(is_active=True).order_by("based_on", "pk")


class Role(models.Model):
    """What a person may do. A role keeps the defaults of its ready role but where `grants` says otherwise."""

    taken_along = True

    OWNER = "owner"
    HEAD = "head"
    SELLER = "seller"

    code = models.SlugField(unique=True)
    name = models.CharField(_("Name"), max_length=80)
    # The ready role whose defaults a role of the firm's own has; "" of the ready ones themselves.
    based_on = models.SlugField(blank=True, default="")
    is_active = models.BooleanField(default=True)
    # right -> scope (a number of `Scope`, 0 taken away)
    grants = models.JSONField(default=dict, blank=True)

    objects = RoleQuerySet.as_manager()

    def __str__(self) -> str:
        return str(READY_NAMES.get(self.code, self.name))

    @property
    def sight(self) -> str:
        """What a ready role sees, in words; "" of a role that the firm has made."""
        return str(READY_SIGHT.get(self.code, ""))

    @property
    def is_ready(self) -> bool:
        return self.code in READY_NAMES

    @property
    def stamp(self) -> str:
        """Another one whenever a right is changed: by it a form knows whether it still shows what holds."""
        return hashlib.sha256(json.dumps(self.grants, sort_keys=True).encode()).hexdigest()[:16]

    def scope(self, right: str) -> Scope | None:
        """The reach of `right` in this role, or None. The owner reaches everything."""
        if self.code == self.OWNER:
            return Scope.ALL
        if right in self.grants:
            return Scope(self.grants[right]) if self.grants[right] else None
        return self.ready_scope(right)

    def ready_scope(self, right: str) -> Scope | None:
        """The reach of `right` as the role had it before anybody changed it."""
        declared = rights.get(right)
        return declared.defaults.get(self.based_on or self.code) if declared else None

    def with_reach(self, reach: dict[str, Scope | None]) -> "Role":
        """This role as it would be with `reach` (right -> scope or None), unsaved: what is as in the ready role is
        not kept."""
        grants = {code: scope for code, scope in self.grants.items() if code not in reach}
        grants |= {code: int(scope or 0) for code, scope in reach.items() if scope is not self.ready_scope(code)}
        return Role(
            pk=self.pk, code=self.code, name=self.name, based_on=self.based_on, is_active=self.is_active, grants=grants
        )
