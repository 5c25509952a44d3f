"""What the processes of test_alert_processes do: some write rows of the log, some look at it, all at once."""

import time

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from kartu.firm.models import Firm, Role, User
from kartu.security.alerts import watching
from kartu.security.models import ViewRow


def begin() -> None:
    """A firm with an owner and a seller; the logs have been read to their end."""
    if "views" in settings.DATABASES:
        call_command("migrate", database="views", verbosity=0)
    Firm.objects.create(pk=1, name="CV Tirta", country="ID", currency="IDR")
    for name, role in (("Olga", "owner"), ("Sari", "seller")):
        User.objects.create_user(f"{name}@example.com", "correct horse", name=name, role=Role.objects.get(code=role))
    watching.look()


def open_cards(first: int, count: int) -> None:
    seller = User.objects.get(name="Sari")
    for pk in range(first, first + count):
        ViewRow.objects.create(
            at=timezone.now(), actor_id=seller.pk, kind="card", object_type="clients.client", object_id=pk
        )


def look_for(seconds: float) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        watching.look()
