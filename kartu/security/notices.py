"""What stands on top of every page. All of it comes with the person (firm.fetched)."""

import time
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.formats import format_datetime
from kartu.core.models import ClockSpan
from kartu.firm.models import Firm, Role, User
from kartu.security.models.backup import Backup, BackupSettings, Restoration
from kartu.security.rights import BACKUPS, SERVER

STARTED = time.monotonic()
STANDS_AFTER = timedelta(minutes=5)


def backed_up_at() -> Any:
    """When the newest backup that is not known to be bad was made; before the first, when the firm began."""
    sound = Backup.objects.newest().exclude(is_good=False).values("made_at")[:1]
    return Coalesce(Subquery(sound), Subquery(Firm.objects.order_by().values("created_at")[:1]))


def backups_are_off() -> Any:
    return Exists(BackupSettings.objects.filter(is_on=False))


def restored_from() -> Any:
    """The moment of the backup from which the data came; None once the letters have been let out."""
    return Subquery(Restoration.holding().values("made_at")[:1])


def restored_at() -> Any:
    return Subquery(Restoration.holding().values("at")[:1])


def backup_is_old(request: HttpRequest) -> dict | None:
    person = request.user
    made_at = getattr(person, "backed_up_at", None)
    if made_at is None or person.backups_are_off or person.firm_is_demo or not person.may(BACKUPS):
        return None
    if timezone.now() - made_at <= Backup.TOO_OLD:
        return None
    at_stake = _("What was written since %(made)s would be lost with this computer.")
    return {
        "kind": "warn",
        "title": _("The newest good backup is too old"),
        "text": at_stake % {"made": format_datetime(made_at)},
        "url": reverse("security:backups"),
        "link": _("Look at the backups"),
    }


def restored(request: HttpRequest) -> dict | None:
    person = request.user
    if getattr(person, "restored_from", None) is None or not person.may(BACKUPS):
        return None
    missing = _("What was written after it, until %(at)s, is missing. No letter leaves Kartu until you say so.")
    told = {"made": format_datetime(person.restored_from), "at": format_datetime(person.restored_at)}
    return {
        "kind": "warn",
        "title": _("Restored from the backup of %(made)s") % told,
        "text": missing % told,
        "post_url": reverse("security:let_letters_out"),
        "button": _("Let letters go out"),
    }


def clock_until() -> Any:
    """When the work in the background last showed that it is alive."""
    return Subquery(ClockSpan.objects.up_to().values("until")[:1])


def stands_since(until: datetime | None, now: datetime) -> datetime | None:
    """Since when the work in the background stands still, whose last sign of life is `until`; None: it does not."""
    is_new = time.monotonic() - STARTED < STANDS_AFTER.total_seconds()  # the worker comes up after this process
    return None if until is None or is_new or now - until < STANDS_AFTER else until


def keeper_name() -> Any:
    """Who is told where the program needs a hand."""
    owners = User.objects.active().filter(role__code=Role.OWNER).order_by("pk")
    return Subquery(owners.values("name")[:1])


def nothing_works(request: HttpRequest) -> dict | None:
    """Pages tell it to everybody: whoever writes notices and letters is the one that stands still."""
    until = stands_since(getattr(request.user, "clock_until", None), timezone.now())
    if until is None:
        return None
    if not request.user.may(SERVER):
        told = {"until": format_datetime(until), "person": getattr(request.user, "keeper_name", None) or ""}
        return {
            "kind": "bad",
            "title": _("Reminders have not gone out since %(until)s") % told,
            "text": _("Look at your tasks yourself, and tell %(person)s.") % told if told["person"] else "",
        }
    stands = _("No backups, letters or reminders since %(until)s. Start Kartu again.")
    return {
        "kind": "bad",
        "title": _("The work in the background stands still"),
        "text": stands % {"until": format_datetime(until)},
        "url": reverse("security:health"),
        "link": _("Look at the health of Kartu"),
    }
