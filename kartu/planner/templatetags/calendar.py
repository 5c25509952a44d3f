"""What calendars are made of. Entries come by the hundred, and are put together here and not by templates."""

from collections.abc import Iterable
from functools import cache

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartu.core.components.basics import icon
from kartu.planner.calendar import Cell, Entry

register = template.Library()

NOTHING = mark_safe("")


@register.simple_tag
def calendar_entries(entries: Iterable[Entry]) -> SafeString:
    """As they stand in hours, or above them."""
    return format_html_join("", "{}", ((entry_html(entry, entry.when),) for entry in entries))


def entry_html(entry: Entry, when: str) -> SafeString:
    place = format_html(
        ' data-at="{}" data-for="{}" data-lane="{}" data-of="{}"', entry.at, entry.minutes, entry.lane, entry.lanes
    )
    clock = format_html(' <span class="cal-tm">{}</span>', when) if when else NOTHING
    sign = icon(entry.icon)
    if entry.is_hidden:
        words = '<span class="cal-it c6 hid"{}>{}<b>{}</b>{}</span>'
        return format_html(words, place, sign, entry.title, clock)
    client = format_html(' <span class="cal-cl">{}</span>', entry.client) if entry.client else NOTHING
    words = '<a class="cal-it {}" href="{}" data-drawer data-preview="{}"{}{}>{}<b>{}</b>{}{}{}</a>'
    css = " ".join(filter(None, (entry.color, entry.state, "late" if entry.is_late else "")))
    parts = (css, entry.url, look_at(entry.task), place, hold(entry))
    unseen = format_html('<span class="visually-hidden">, {}</span>', entry.unseen)
    return format_html(words, *parts, sign, entry.title, clock, client, unseen)


def hold(entry: Entry) -> SafeString:
    """By what it is moved, where it may be."""
    if not entry.can_move:
        return NOTHING
    return format_html(' data-task="{}" data-version="{}" data-move="{}"', entry.task, entry.version, move(entry.task))


def look_at(task: int) -> str:
    return pattern("planner:look").replace("0", str(task), 1)


def move(task: int) -> str:
    return pattern("planner:move_task").replace("0", str(task), 1)


@cache
def pattern(name: str) -> str:
    """The address of the task 0."""
    return reverse(name, args=[0])


@register.simple_tag
def calendar_cells(cells: Iterable[Cell], new_url: str = "") -> SafeString:
    """The days of a month. `new_url` is where a task is made, its day to be added."""
    return format_html_join("\n", "{}", ((cell_html(cell, new_url),) for cell in cells))


def cell_html(cell: Cell, new_url: str) -> SafeString:
    day = cell.day
    marks = (day.off and "off", day.is_today and "today", cell.is_other and "other", cell.is_chosen and "chosen")
    why = format_html('<span class="cal-why" title="{0}">{0}</span>', day.off) if day.is_named else NOTHING
    more = ngettext("+%(count)s more", "+%(count)s more", cell.more) % {"count": cell.more}
    return format_html(
        '<section class="cal-d {}" data-day="{}" aria-label="{}"><a class="cal-dn" href="{}" aria-label="{}">'
        '<b>{}</b></a>{}{}{}<div class="cal-its">{}{}</div></section>',
        *(" ".join(filter(None, marks)), day.date, cell.name, cell.url, cell.name, day.date.day, why),
        *(add_html(cell, new_url) if new_url else NOTHING, pick_html(cell)),
        format_html_join("", "{}", ((entry_html(entry, entry.begins),) for entry in cell.entries)),
        format_html('<a class="cal-more" href="{}">{}</a>', cell.url, more) if cell.more > 0 else NOTHING,
    )


def add_html(cell: Cell, new_url: str) -> SafeString:
    label = _("New task, %(day)s") % {"day": cell.name}
    words = '<a class="cal-add" href="{}&amp;due={}" data-drawer aria-label="{}">{}</a>'
    return format_html(words, new_url, cell.day.date, label, icon("plus"))


def pick_html(cell: Cell) -> SafeString:
    """The whole cell on a phone: its list is shown below."""
    count = ngettext("%(count)s task", "%(count)s tasks", cell.day.count) % {"count": cell.day.count}
    return format_html(
        '<a class="cal-pick" href="{}"{}><span class="visually-hidden">{}, {}</span>'
        '<span aria-hidden="true">{}</span><span class="cal-dots" aria-hidden="true">{}</span></a>',
        *(cell.here, mark_safe(' aria-current="date"') if cell.is_chosen else NOTHING, cell.name, count),
        *(cell.day.date.day, format_html_join("", '<i class="{}"></i>', ((each.color,) for each in cell.entries))),
    )


@register.simple_tag
def calendar_rows(entries: Iterable[Entry]) -> SafeString:
    """As a list."""
    return format_html_join("\n", "{}", ((row_html(entry),) for entry in entries))


def row_html(entry: Entry) -> SafeString:
    title = format_html('<span class="t2">{}</span>', entry.title)
    if not entry.is_hidden:
        words = '<a class="ink b5" href="{}" data-drawer data-preview="{}"{}>{}</a>'
        title = format_html(words, entry.url, look_at(entry.task), hold(entry), entry.title)
        if entry.client:
            title += format_html(' <span class="t2">{}</span>', entry.client)
    return format_html(
        '<div class="cal-r {}"><span class="tn t2 nw">{}</span><span class="cal-k {}">{}</span>'
        '<span class="cut">{}</span><span class="end nw">{}</span></div>',
        *(entry.state, entry.when or _("all day"), entry.color, icon(entry.icon), title, mark_of(entry)),
    )


def mark_of(entry: Entry) -> SafeString:
    if entry.is_late:
        return format_html('<span class="bad">{}</span>', _("late"))
    words = {"done": _("done"), "waiting": _("To be accepted")}.get(entry.state)
    return format_html('<span class="t3">{}</span>', words) if words else NOTHING
