"""What the pages of the routine are made of: hours in words, and where a number leads."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from kartu.core.formats import format_number
from kartu.firm.models import User
from kartu.planner.minutes import hours_of
from kartu.planner.models import Series
from kartu.planner.routine.asked import Asked
from kartu.planner.series_page import sentence_of

register = template.Library()


@register.filter
def in_hours(minutes: int | None) -> str:
    """ "12.5 h"; "–" where nobody knows."""
    return "–" if minutes is None else _("%(hours)s h") % {"hours": format_number(hours_of(minutes))}


@register.simple_tag
def times_url(asked: Asked, **which: Any) -> str:
    """Where each of the times that a number counts is shown."""
    return asked.url("routine_times", **which)


@register.simple_tag
def told_rule(series: Series, by: User) -> str:
    """How often it comes."""
    return sentence_of(series, by)
