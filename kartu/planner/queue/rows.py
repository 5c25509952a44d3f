"""A row of the queue, made in Python: a page has hundreds. What people have typed goes through `escape`."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kartu.core.components.basics import glyph
from kartu.core.formats import format_time
from kartu.core.templatetags.formats import near
from kartu.planner.queue.items import Group, Item, days_late, why


@lru_cache(maxsize=100)
def look_at(kind: str) -> str:
    """The address of a look at things of that kind, but for their number."""
    return reverse("queue:item", args=[kind, 0]).removesuffix("0/")


def look_url(item: Item) -> str:
    return f"{look_at(item.kind)}{item.pk}/"


def rows_html(items: Iterable[Item], now: datetime, *, may_pick: bool = False) -> SafeString:
    return mark_safe("".join(row_html(item, now, may_pick) for item in items))  # noqa: S308 - made of escaped parts


def row_html(item: Item, now: datetime, may_pick: bool) -> str:
    tone = "bad" if item.group == Group.LATE else "acc" if item.group == Group.NOW else ""
    pick, css = (pick_html(item), "qi has-pick") if may_pick else ("", "qi")
    return (
        f'<div class="{css}" data-id="{escape(item.key)}" data-look="{escape(look_url(item))}"'
        f' title="{escape(why(item, now))}">{pick}{glyph(item.icon, tone)}'
        f'<span class="grow"><a class="ink b5 cut d-block" href="{escape(item.url or look_url(item))}" data-drawer>'
        f'{escape(item.title)}</a><span class="l2 cut d-block">{second_line(item)}</span></span>'
        f'<span class="num b5">{escape(item.told_money)}</span>{state_html(item, now)}</div>'
    )


def pick_html(item: Item) -> str:
    said = escape(_("Select: %(what)s") % {"what": item.title})
    return f'<input type="checkbox" class="form-check-input" data-pick aria-label="{said}">'


def second_line(item: Item) -> str:
    """About whom, for whom, what else is to be known."""
    parts = []
    if item.instead_of:
        parts.append(f'<b class="b5">{escape(_("for %(name)s") % {"name": item.instead_of})}</b>')
    if item.client:
        parts.append(escape(item.client))
    if item.tells:
        parts.append(escape(item.tells))
    if item.priority > 2:
        parts.append(escape(_("urgent") if item.priority == 4 else _("important")))
    return " · ".join(parts)


def state_html(item: Item, now: datetime) -> str:
    """When it is, and how late."""
    if item.group == Group.PUT_OFF:
        return f'<span class="st justify-content-end">{glyph("alarm-snooze")}{near(item.put_off_until)}</span>'
    if item.group == Group.LATE:
        days = days_late(item, now)
        said = _("%(days)s d") % {"days": days} if days else since(item, now)
        return f'<span class="st bad justify-content-end">{glyph("alert-triangle")}{escape(said)}</span>'
    if item.at is None:
        return '<span class="st"></span>'
    if item.is_whole_day:
        shown = "" if item.group <= Group.TOMORROW else near(timezone.localtime(item.at).date())
        return f'<span class="st justify-content-end">{glyph("calendar")}{shown}</span>'
    tone = " acc" if item.group == Group.NOW else ""
    shown = escape(format_time(item.at)) if item.group <= Group.TOMORROW else near(item.at)
    return f'<span class="st{tone} justify-content-end">{glyph("clock")}{shown}</span>'


def since(item: Item, now: datetime) -> str:
    """Of what is late for less than a day."""
    if item.is_whole_day or timezone.localtime(item.late_at).date() != timezone.localtime(now).date():
        return _("yesterday")
    return format_time(item.late_at)
