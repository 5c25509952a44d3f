"""When the work in the background stands still: found out by the web server, which is then the only one left to tell.

Open pages are told at once. Whoever owns the firm is told by every way that he has set up; the messages that the dead
worker would carry out are carried out here, these and no others.
"""

import logging
import time
from datetime import datetime

from django.db import close_old_connections, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kartu.core import live
from kartu.core.formats import format_datetime
from kartu.core.jobs import leases, queue
from kartu.core.jobs import run as running
from kartu.core.models import ClockSpan, Job
from kartu.firm.models import Role, User
from kartu.notifications.actions import notify
from kartu.notifications.jobs import send_letter, send_push, send_sms, send_telegram
from kartu.notifications.models import Letter, Notification
from kartu.security.notices import stands_since

log = logging.getLogger(__name__)

LOOK_SECONDS = 60
KIND = "notifications.clock_stands"
QUEUES = ("mail", "push", "sms", "telegram")


def watch() -> None:
    """For as long as the web server runs: look each minute, and let open pages hear of a change."""
    stood: datetime | None = None
    while True:
        time.sleep(LOOK_SECONDS)
        try:
            stood = look(stood, timezone.now())
        except Exception:
            log.warning("whether the work in the background goes on cannot be seen; trying again", exc_info=True)
        finally:
            close_old_connections()


def look(stood: datetime | None, now: datetime) -> datetime | None:
    """Since when it stands still, None: it works. `stood`: what was found the last time."""
    last = ClockSpan.objects.up_to(now).values_list("until", flat=True).first()
    stands = stands_since(last, now)
    if stands:
        tell_owners(stands)
    if (stands is None) != (stood is None):
        with transaction.atomic():
            live.send("standing", {}, to=None)
    return stands


def tell_owners(since: datetime) -> None:
    """Once for each time that it stands still."""
    told = notify(
        to=User.objects.active().filter(role__code=Role.OWNER),
        kind=KIND,
        title=_("Reminders and letters do not go out"),
        text=format_lazy(
            _("The work in the background stands still since {since}. Start Kartu again."),
            since=lazy(format_datetime, str)(since),
        ),
        url=reverse("security:health"),
        dedupe=f"clock-stands:{since.isoformat()}",
    )
    if told:
        carry_out(told)


def carry_out(notices: list[Notification]) -> None:
    """Run the jobs of these notices here, each under a lease like in the worker; whoever comes back finds them done."""
    ids = jobs_of([notice.pk for notice in notices])
    row = leases.enlist()
    try:
        while job := queue.claim(row.pk, QUEUES, only=ids):
            running.run(job)
    finally:
        row.delete()


def jobs_of(notices: list[int]) -> list[int]:
    letters = set(Letter.objects.filter(notification_id__in=notices).values_list("pk", flat=True))
    tasks = [send_letter.key, send_push.key, send_sms.key, send_telegram.key]
    waiting = Job.objects.waiting().filter(name__in=tasks).values_list("pk", "arguments")
    return [
        pk
        for pk, arguments in waiting
        if arguments["kwargs"].get("notification_id") in notices or arguments["kwargs"].get("letter_id") in letters
    ]
