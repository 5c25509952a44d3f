"""What is told when somebody signs in: with what, and whether it was ever used in his name."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from kartu.core.outbox import publish
from kartu.core.rights import rights
from kartu.firm.events import DeviceNew
from kartu.firm.models import User
from kartu.firm.throttle import known_browser


def is_new_here(request: HttpRequest, person: User) -> bool:
    """Asked before he is in. The first sign-in of all is no news, nor are the made-up people of a demo."""
    is_first = person.last_login is None or not person.has_usable_password()
    return not is_first and not known_browser(request, person.email)


def tell_of_new_device(request: HttpRequest, person: User) -> dict[str, Any]:
    """The person hears of it; gives what the log says. `matters`: of an owner, or of whoever may take data out."""
    device = request.session.device
    publish(DeviceNew(device.pk, str(device), device.address, timezone.now().isoformat(), person.pk))
    exports = [right.code for right in rights if right.code.endswith(".export")]
    matters = person.is_owner or any(person.may(code) for code in exports)
    return {"name": str(device), "is_new": True, "matters": matters}
