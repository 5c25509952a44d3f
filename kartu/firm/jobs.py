"""What the firm clears away at night."""

from django.contrib.sessions.models import Session
from django.utils import timezone

from kartu.core.actors import Actor
from kartu.core.jobs import every
from kartu.firm.models import SignInTry
from kartu.firm.throttle import FORGOTTEN_AFTER


@every(
    "7 3 * * *",
    name="firm.clear_the_door",
    system="Sessions and failures to sign in are forgotten when their time is over",
)
def clear_the_door(*, by: Actor) -> int:
    """Returns how many rows went."""
    now = timezone.now()
    sessions, _kinds = Session.objects.filter(expire_date__lt=now).delete()
    tries, _kinds = SignInTry.objects.filter(next_at__lt=now - FORGOTTEN_AFTER).delete()
    return sessions + tries
