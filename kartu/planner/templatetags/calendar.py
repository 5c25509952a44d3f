"""What calendars are made of. Entries come by the hundred, and are put together here and not by templates."""

from collections.abc import Iterable
from functools import cache
from html import escape

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
    return mark_safe("".join(entry_html(entry, entry.when) for entry in entries))  # noqa: S308 - entry_html escapes


def entry_html(entry: Entry, when: str) -> str:
    """Put together by hand: a page has hundreds, and format_html takes ten times as long."""
    place = f' data-at="{entry.at}" data-for="{entry.minutes}" data-lane="{entry.lane}" data-of="{entry.lanes}"'
    clock = f' <span class="cal-tm">{when}</span>' if when else ""
    words = f"{icon(entry.icon)}<b>{escape(entry.title)}</b>{clock}"
    if entry.is_hidden:
        return f'<span class="cal-it c6 hid"{place}>{words}</span>'
    if entry.client:
        words += f' <span class="cal-cl">{escape(entry.client)}</span>'
    css = " ".join(filter(None, ("cal-it", entry.color, entry.state, "late" if entry.is_late else "")))
    return (
        f'<a class="{css}" href="{escape(entry.url)}" data-drawer data-preview="{look_at(entry.task)}"{place}'
        f'{hold(entry)}>{words}<span class="visually-hidden">, {escape(entry.unseen)}</span></a>'
    )


def hold(entry: Entry) -> SafeString:
    """By what it is moved, where it may be."""
    if not entry.can_move:
        return NOTHING
    words = f' data-task="{entry.task}" data-version="{entry.version}" data-move="{move(entry.task)}"'
    if entry.span:
        words += f' data-start="{entry.span[0]}" data-end="{entry.span[1]}"{" data-due" if entry.is_due else ""}'
    return mark_safe(words)  # noqa: S308 - numbers and an address of our own


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
    return mark_safe("\n".join(cell_html(cell, new_url) for cell in cells))  # noqa: S308 - cell_html escapes


def cell_html(cell: Cell, new_url: str) -> str:
    day, name = cell.day, escape(cell.name)
    marks = (day.off and "off", day.is_today and "today", cell.is_other and "other", cell.is_chosen and "chosen")
    css = " ".join(filter(None, ("cal-d", *marks)))
    why = f'<span class="cal-why" title="{escape(day.off)}">{escape(day.off)}</span>' if day.is_named else ""
    return (
        f'<section class="{css}" data-day="{day.date}" aria-label="{name}"><a class="cal-dn" href="{escape(cell.url)}"'
        f' aria-label="{name}"><b>{day.date.day}</b></a>{why}{add_html(cell, new_url) if new_url else ""}'
        f'{pick_html(cell)}<div class="cal-its">{"".join(entry_html(each, each.begins) for each in cell.entries)}'
        f"{more_html(cell) if cell.more > 0 else ''}</div></section>"
    )


def more_html(cell: Cell) -> str:
    words = ngettext("+%(count)s more", "+%(count)s more", cell.more) % {"count": cell.more}
    return f'<a class="cal-more" href="{escape(cell.url)}">{escape(words)}</a>'


def add_html(cell: Cell, new_url: str) -> str:
    label = _("New task, %(day)s") % {"day": cell.name}
    url = f"{new_url}&due={cell.day.date}"
    return f'<a class="cal-add" href="{escape(url)}" data-drawer aria-label="{escape(label)}">{icon("plus")}</a>'


def pick_html(cell: Cell) -> str:
    """The whole cell on a phone: its list is shown below."""
    count = ngettext("%(count)s task", "%(count)s tasks", cell.day.count) % {"count": cell.day.count}
    chosen = ' aria-current="date"' if cell.is_chosen else ""
    dots = "".join(f'<i class="{each.color}"></i>' for each in cell.entries)
    return (
        f'<a class="cal-pick" href="{escape(cell.here)}"{chosen}><span class="visually-hidden">{escape(cell.name)}, '
        f'{escape(count)}</span><span aria-hidden="true">{cell.day.date.day}</span>'
        f'<span class="cal-dots" aria-hidden="true">{dots}</span></a>'
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
