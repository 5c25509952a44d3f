"""The computer: version, database, disk, clock, certificate."""

import platform
import shutil
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.db import connection, connections
from django.db.models import Min
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartu.core.formats import format_date, format_datetime
from kartu.core.models import ClockSpan
from kartu.core.version import VERSION
from kartu.security.health.lines import BAD, OK, WARN, Reading
from kartu.security.invariants.databases import migrated
from kartu.security.models import AuditRow, Backup

MB, GB = 1024**2, 1024**3
FEW_PERCENT, NO_ROOM = 10, 500 * MB
LONG_WAL, HUGE_WAL = 256 * MB, GB
BEHIND = timedelta(minutes=5)
CLOCK_SHOWN = timedelta(days=7)
ENDS_SOON, ENDS_NOW = timedelta(days=30), timedelta(days=3)


def version() -> Reading:
    return Reading(f"Kartu {VERSION}, Python {platform.python_version()}")


def database() -> Reading:
    if connection.vendor == "sqlite":
        sizes = [Path(connections[alias].settings_dict["NAME"]) for alias in connections]
        size = sum(path.stat().st_size for path in sizes if path.exists())
        return Reading(f"SQLite, {filesizeformat(size)}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()), current_setting('server_version')")
        size, number = cursor.fetchone()
    return Reading(f"PostgreSQL {number}, {filesizeformat(size)}")


def disk() -> Reading:
    """Room where the data lie. What the next backup takes must be free at least."""
    usage = shutil.disk_usage(settings.DATA_DIR)
    needed = Backup.objects.order_by("-made_at").values_list("size", flat=True).first() or 0
    percent = usage.free * 100 // usage.total
    value = _("%(free)s free of %(total)s (%(percent)d %%)") % {
        "free": filesizeformat(usage.free),
        "total": filesizeformat(usage.total),
        "percent": percent,
    }
    todo = gettext_lazy("Delete what is not needed on this computer, or move Kartu's data to a larger disk.")
    if usage.free < max(NO_ROOM, needed):
        return Reading(value, BAD, todo)
    return Reading(value, WARN, todo) if percent < FEW_PERCENT else Reading(value)


def write_ahead_log() -> Reading | None:
    """What SQLite has written and not yet put in its place."""
    if connection.vendor != "sqlite":
        return None
    wals = [Path(f"{connections[alias].settings_dict['NAME']}-wal") for alias in connections]
    size = sum(path.stat().st_size for path in wals if path.exists())
    todo = gettext_lazy("Something has been reading for very long. Start Kartu again when nobody works.")
    tone = BAD if size > HUGE_WAL else WARN if size > LONG_WAL else OK
    return Reading(filesizeformat(size), tone, "" if tone == OK else todo)


def schema() -> Reading:
    missing = list(migrated())
    if missing:
        return Reading(
            "; ".join(missing[:3]),
            BAD,
            gettext_lazy("Stop Kartu and start it again: it then brings the tables up to date."),
        )
    return Reading(_("up to date"))


def clock() -> Reading:
    """Whether the computer's clock can be believed, and when it last slept."""
    now = timezone.now()
    todo = gettext_lazy("Set the date and time of this computer, best by the internet, then start Kartu again.")
    newest = AuditRow.objects.order_by("-pk").values_list("at", flat=True).first()
    if newest and newest - now > BEHIND:
        behind = _("behind: the log already has lines of %(at)s")
        return Reading(behind % {"at": format_datetime(newest)}, BAD, todo)
    pairs = spans_lately(now)
    for before, after in reversed(pairs):
        if before.until - after.since > BEHIND:
            return Reading(_("was put back on %(at)s") % {"at": format_datetime(after.since)}, WARN, todo)
    for before, after in reversed(pairs):
        if before.worker == after.worker:
            slept = _("right; the computer slept, or its clock was put forward, from %(from)s to %(to)s")
            return Reading(slept % {"from": format_datetime(before.until), "to": format_datetime(after.since)})
    return Reading(format_datetime(now))


def spans_lately(now: datetime) -> list[tuple[ClockSpan, ClockSpan]]:
    """The runs of the clock in the last days, each behind the one before it."""
    first = ClockSpan.objects.up_to(now).filter(until__gt=now - CLOCK_SHOWN).aggregate(Min("pk"))["pk__min"]
    if first is None:
        return []
    before = ClockSpan.objects.filter(pk__lt=first).order_by("-pk")[:1]
    spans = [*before, *ClockSpan.objects.filter(pk__gte=first).order_by("pk")]
    return list(pairwise(spans))


def certificate() -> Reading | None:
    """Of HTTPS in the firm's own network, where Kartu serves it."""
    if not settings.LAN_CERTIFICATE:
        return None
    ends = x509.load_pem_x509_certificate(Path(settings.LAN_CERTIFICATE).read_bytes()).not_valid_after_utc
    left = ends - timezone.now()
    value = _("good until %(day)s") % {"day": format_date(ends)}
    tone = BAD if left < ENDS_NOW else WARN if left < ENDS_SOON else OK
    todo = gettext_lazy("Start Kartu again: it then makes a new one, which the devices take without asking.")
    return Reading(value, tone, "" if tone == OK else todo)
