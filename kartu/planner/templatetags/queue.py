"""What the pages of the queue are made of."""

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kartu.core.formats import format_number
from kartu.planner.minutes import hours_of
from kartu.planner.queue.items import Item
from kartu.planner.queue.rows import rows_html

register = template.Library()


@register.simple_tag
def queue_rows(items: Iterable[Item], now: datetime, may_pick: bool = False) -> SafeString:
    return rows_html(items, now, may_pick=may_pick)


@register.simple_tag
def hours(planned: int, working: int) -> str:
    """ "5.5 of 8 h": what is planned of the time that somebody works today."""
    return _("%(planned)s of %(working)s h") % {
        "planned": format_number(hours_of(planned)),
        "working": format_number(hours_of(working)),
    }
