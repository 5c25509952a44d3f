"""Words that the card needs and no other page."""

from datetime import date

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from kartu.core import formats

register = template.Library()


@register.filter
def day_heading(day: date) -> str:
    """ "Today", "Yesterday", "Wednesday 18 November", with the year where it is another one."""
    today = timezone.localdate()  # E: the month as it stands behind a number, "9 ноября"
    if abs((day - today).days) <= 1:
        return capfirst(formats.near_date(day))
    return capfirst(date_format(day, "l j E" if day.year == today.year else "l j E Y"))
