"""The stop: whoever is beyond a limit with that policy exports and prints nothing until it is lifted.

Asked at one place, where a file or paper gets its number (`kartu.records.models.ExportMark.begin`). Cards stay open:
nobody is locked out in the middle of a call.
"""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from kartu.core.access import denied
from kartu.core.actors import Actor
from kartu.security.models.alert import Alert, Policy


class Frozen(PermissionDenied):
    """Exports and prints of the person are stopped; the text says so to him."""


def check_not_frozen(by: Actor) -> None:
    """Raise Frozen, with a line in the log, while an alert stops what `by` takes out."""
    alert = Alert.objects.filter(subject=by.pk, policy=Policy.FREEZE, lifted_at=None).first() if by.pk else None
    if alert:
        denied.send(sender=None, by=by, right="taking out", target=f"security.alert {alert.pk}")
        raise Frozen(_("Your exports and prints are stopped until the owner lifts it. Cards stay open to you."))
