from django.db import models
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Scope
from kartu.core.rights import rights

# A ready role is shown in the reader's language, whatever language the firm was made in.
READY_NAMES = {"owner": _("Owner"), "head": _("Head of sales"), "seller": _("Seller")}

READY_SIGHT = {
    "owner": _("sees everything"),
    "head": _("sees the clients of the team"),
    "seller": _("sees only own clients"),
}


class Role(models.Model):
    """What a person may do. A ready role keeps the declared defaults but where `grants` says otherwise."""

    OWNER = "owner"
    HEAD = "head"
    SELLER = "seller"

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    # right -> scope (1 own, 2 team, 3 all, 0 taken away)
    grants = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return str(READY_NAMES.get(self.code, self.name))

    @property
    def sight(self) -> str:
        """What a ready role sees, in words; "" of a role that the firm has made."""
        return str(READY_SIGHT.get(self.code, ""))

    def scope(self, right: str) -> Scope | None:
        """The reach of `right` in this role, or None. The owner reaches everything."""
        if self.code == self.OWNER:
            return Scope.ALL
        if right in self.grants:
            return Scope(self.grants[right]) if self.grants[right] else None
        declared = rights.get(right)
        return declared.defaults.get(self.code) if declared else None
