"""The ready roles. They are there from the first migration on; a firm adds its own beside them."""

from django.db import router

from kartu.firm.models import Role
from kartu.firm.models.role import READY_NAMES


def ensure(using: str = "default") -> None:
    """Make the ready roles that are missing."""
    if router.allow_migrate_model(using, Role):
        for code, name in READY_NAMES.items():
            Role.objects.using(using).get_or_create(code=code, defaults={"name": str(name)})
