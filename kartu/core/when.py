"""Moments in words when they are near, exact when they are not."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def when(moment: datetime | date, now: datetime | None = None) -> str:
    """ "today 14:30", "tomorrow 09:00", "yesterday", "27 Nov", "27 Nov 2025": in the person's zone and language."""
    now = timezone.localtime(now)
    moment, clock = _local(moment)
    days = (moment - now.date()).days
    if days in (-1, 0, 1):
        word = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}[days]
    else:
        word = date_format(moment, "j M" if moment.year == now.year else "j M Y")
    return f"{word} {clock}" if clock and abs(days) <= 1 else word


def ago(moment: datetime | date, now: datetime | None = None) -> str:
    """ "today", "yesterday", "5 days ago", "in 3 days": whole days in the person's zone."""
    moment, _clock = _local(moment)
    days = (moment - timezone.localtime(now).date()).days
    if days in (-1, 0, 1):
        return {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}[days]
    if days < 0:
        return ngettext("%(days)s day ago", "%(days)s days ago", -days) % {"days": -days}
    return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}


def exactly(moment: datetime | date) -> str:
    """The full date, with the time where there is one: for the hover text."""
    day, clock = _local(moment)
    shown = date_format(day, "DATE_FORMAT")
    return f"{shown}, {clock}" if clock else shown


def _local(moment: datetime | date) -> tuple[date, str]:
    if isinstance(moment, datetime):
        local = timezone.localtime(moment)
        return local.date(), local.strftime("%H:%M")
    return moment, ""
