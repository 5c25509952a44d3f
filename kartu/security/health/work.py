"""The work in the background: whether somebody does it, and how much waits."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kartu.core.formats import format_number, near_date
from kartu.core.jobs.care import CLOCK_STANDS_AFTER
from kartu.core.models import ClockSpan, FailedDelivery, Job
from kartu.security.health.lines import BAD, OK, WARN, Reading

LONG, TOO_LONG = timedelta(minutes=15), timedelta(hours=1)


def worker() -> Reading:
    """Its clock beats each minute."""
    last = ClockSpan.objects.up_to(timezone.now()).first()
    todo = gettext_lazy("Nothing is done in the background: no backups, letters or reminders. Start Kartu again.")
    if last is None:
        return Reading(_("never ran"), BAD, todo)
    value = _("last beat %(when)s") % {"when": near_date(last.until)}
    if timezone.now() - last.until > timedelta(seconds=CLOCK_STANDS_AFTER):
        return Reading(value, BAD, todo)
    return Reading(value)


def queue() -> Reading:
    now = timezone.now()
    due = Job.objects.due(now)
    count, oldest = due.count(), due.order_by("created_at").first()
    if oldest is None:
        return Reading(_("nothing waits"))
    since = oldest.run_at or oldest.created_at
    waiting = ngettext(
        "%(count)s piece of work waits, the oldest since %(since)s",
        "%(count)s pieces of work wait, the oldest since %(since)s",
        count,
    )
    value = waiting % {"count": format_number(count), "since": near_date(since)}
    tone = BAD if now - since > TOO_LONG else WARN if now - since > LONG else OK
    return Reading(value, tone, "" if tone == OK else gettext_lazy("See what runs so long, or start Kartu again."))


def failed() -> Reading:
    jobs = Job.objects.dead().count()
    events = FailedDelivery.objects.filter(state=FailedDelivery.State.DEAD).count()
    if not jobs + events:
        return Reading(_("none"))
    return Reading(format_number(jobs + events), WARN, gettext_lazy("See why, then let it try again or drop it."))
