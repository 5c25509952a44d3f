import ipaddress
import zoneinfo
from datetime import datetime

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DAYS = [
    (0, gettext_lazy("Mon")),
    (1, gettext_lazy("Tue")),
    (2, gettext_lazy("Wed")),
    (3, gettext_lazy("Thu")),
    (4, gettext_lazy("Fri")),
    (5, gettext_lazy("Sat")),
    (6, gettext_lazy("Sun")),
]


class EntryLimit(models.Model):
    """When and from where a role, or a person, may work. One of a person stands instead of that of his role.

    `days`: numbers from 0, Monday; empty: all. `from_time` to `until_time` in the firm's zone, over midnight where it
    ends before it begins; without them all day. `addresses`: networks like "192.168.1.0/24"; empty: from anywhere.
    """

    role = models.OneToOneField("firm.Role", models.CASCADE, null=True, related_name="+")
    person = models.OneToOneField("firm.User", models.CASCADE, null=True, related_name="+")
    days = models.JSONField(default=list, blank=True)
    from_time = models.TimeField(null=True, blank=True)
    until_time = models.TimeField(null=True, blank=True)
    addresses = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = gettext_lazy("limit of working hours and addresses")
        verbose_name_plural = gettext_lazy("limits of working hours and addresses")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__isnull=False, person__isnull=True)
                | models.Q(role__isnull=True, person__isnull=False),
                name="entry_limit_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(from_time__isnull=True, until_time__isnull=True)
                | models.Q(from_time__isnull=False, until_time__isnull=False),
                name="entry_limit_has_both_times",
            ),
        ]

    def __str__(self) -> str:
        return str(self.role or self.person)

    def obstacle(self, now: datetime, zone: str, address: str) -> str:
        """Why nobody under this limit may work now from `address`, in words; "": he may."""
        if not self.is_open(now.astimezone(zoneinfo.ZoneInfo(zone))):
            return _("Kartu is open to you %(when)s. It is outside your working hours now.") % {"when": self.when}
        if not self.allows(address):
            return _("Kartu is open to you from the firm's own network only, not from here.")
        return ""

    def is_open(self, local: datetime) -> bool:
        """A shift over midnight belongs to the day on which it began."""
        if self.from_time is None:
            return self._has_day(local.weekday())
        clock = local.time().replace(tzinfo=None)
        if self.from_time < self.until_time:
            return self._has_day(local.weekday()) and self.from_time <= clock < self.until_time
        if clock >= self.from_time:
            return self._has_day(local.weekday())
        return clock < self.until_time and self._has_day((local.weekday() - 1) % 7)

    def _has_day(self, day: int) -> bool:
        return not self.days or day in self.days

    def allows(self, address: str) -> bool:
        if not self.addresses:
            return True
        try:
            here = ipaddress.ip_address(address)
        except ValueError:
            return False
        here = getattr(here, "ipv4_mapped", None) or here
        return any(here in ipaddress.ip_network(network) for network in self.addresses)

    @property
    def when(self) -> str:
        names = dict(DAYS)
        days = ", ".join(str(names[day]) for day in sorted(self.days)) if self.days else _("every day")
        if self.from_time is None:
            return days
        return f"{days} {self.from_time:%H:%M}–{self.until_time:%H:%M}"

    @property
    def where(self) -> str:
        return ", ".join(self.addresses) or _("from anywhere")
