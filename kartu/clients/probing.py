"""How often a person is told that a phone, an e-mail or a tax number stands on a client whom he does not see.

Whoever adds clients meets a colleague's now and then; who asks all day long is trying numbers out. Every way of asking
(the form, an import) asks here, and stands in the log, told or not.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.clients.models import Client
from kartu.core.actors import Actor
from kartu.security.alerts.rules import Rule, Seen, alert_rules
from kartu.security.models import ViewRow
from kartu.security.views_log import saw

KNOWN_ELSEWHERE = "known elsewhere"
# So many phones, addresses and tax numbers of colleagues' clients are told of in that time.
MOST_PROBES, PROBING = 20, timedelta(hours=1)


def tried_out(seen: Seen) -> str:
    """What counts for the alert: a number of a colleague's client, told or not."""
    numbers = spelled(seen.values.get(KNOWN_ELSEWHERE) or {}) if seen.what == ViewRow.SEARCH else NOTHING
    return "" if numbers == NOTHING else numbers


class Probes:
    """What one person tries out: the first MOST_PROBES numbers of an hour are told, however often they are asked."""

    def __init__(self, by: Actor) -> None:
        self.by = by
        self._told: set[str] = set()

    def tells(self, **asked: str) -> bool:
        """Whether it is told that what was asked (phone, email, tax_number; name) is known elsewhere."""
        numbers = spelled(asked)
        if self.by.is_system or numbers in self._told:
            return True
        since = timezone.now() - PROBING
        # Written before it is counted, so that two who ask at once are not both the last one.
        saw(
            "search",
            by=self.by,
            object_type=Client._meta.label_lower,
            detail={KNOWN_ELSEWHERE: asked},
            at_once=len(self._told) < MOST_PROBES,
        )
        if numbers != NOTHING and len(self._told) < MOST_PROBES:
            self._told = self._asked_since(since)
        return numbers == NOTHING or numbers in self._told

    def _asked_since(self, since: datetime) -> set[str]:
        """The first numbers since then."""
        lately = (since, timezone.now())
        rows = ViewRow.objects.filter(actor_id=self.by.pk, kind=ViewRow.SEARCH, at__range=lately)
        first: set[str] = set()
        for detail in rows.order_by("pk").values_list("detail", flat=True).iterator(200):
            if (numbers := spelled(detail.get(KNOWN_ELSEWHERE, {}))) != NOTHING:
                first.add(numbers)
            if len(first) == MOST_PROBES:
                break
        return first


def spelled(asked: dict[str, Any]) -> str:
    """What was tried out, to be compared; a name alone is no number."""
    return str(sorted((name, text) for name, text in asked.items() if text and name != "name"))


NOTHING = spelled({})


alert_rules.add(
    Rule(
        "clients.probes",
        _("Phones and numbers tried out within an hour that colleagues' clients have"),
        MOST_PROBES,
        thing=tried_out,
        window=PROBING,
        order=160,
    )
)
