"""What calendars are made of. Entries come by the hundred, and are put together here and not by templates.

By hand: format_html takes ten times as long. Whatever somebody has typed goes through `escape`.
"""

from collections.abc import Iterable
from functools import cache
from html import escape

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartu.core.components.basics import icon
from kartu.planner.days import Cell, Entry

register = template.Library()


@register.simple_tag
def calendar_entries(entries: Iterable[Entry]) -> SafeString:
    """As they stand in hours, or above them."""
    drawn = Drawn()
    html = [entry_html(entry, entry.when, drawn) for entry in entries]
    return mark_safe("".join(html))  # noqa: S308 - entry_html escapes


class Drawn(dict):
    """What entries that look alike have in common, made once: their classes, picture and unseen words."""

    def of(self, entry: Entry) -> tuple[str, str, str]:
        key = (entry.icon, entry.color, entry.state, entry.is_late)
        if key not in self:
            css = " ".join(filter(None, ("cal-it", entry.color, entry.state, "late" if entry.is_late else "")))
            self[key] = (css, icon(entry.icon), escape(entry.unseen))
        return self[key]


def entry_html(entry: Entry, when: str, drawn: Drawn) -> str:
    css, picture, unseen = drawn.of(entry)
    place = f'data-at="{entry.at}" data-for="{entry.minutes}" data-lane="{entry.lane}" data-of="{entry.lanes}"'
    clock = f' <span class="cal-tm">{when}</span>' if when else ""
    words = f"{picture}<b>{escape(entry.title)}</b>{clock}"
    if entry.is_hidden:
        return f'<span class="cal-it c6 hid" {place}>{words}</span>'
    if entry.client:
        words += f' <span class="cal-cl">{escape(entry.client)}</span>'
    return (
        f'<a class="{css}" href="{escape(entry.url)}" data-drawer data-preview="{look_at(entry.task)}" {place}'
        f'{hold(entry)}>{words}<span class="visually-hidden">, {unseen}</span></a>'
    )


def hold(entry: Entry) -> str:
    """By what it is moved, where it may be: numbers and an address of our own."""
    if not entry.can_move:
        return ""
    words = f' data-task="{entry.task}" data-version="{entry.version}" data-move="{move(entry.task)}"'
    if entry.span:
        words += f' data-start="{entry.span[0]}" data-end="{entry.span[1]}"{" data-due" if entry.is_due else ""}'
    return words


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
    drawn, add = Drawn(), add_html(new_url) if new_url else ""
    html = [cell_html(cell, add, drawn) for cell in cells]
    return mark_safe("\n".join(html))  # noqa: S308 - cell_html escapes


def add_html(new_url: str) -> str:
    """By what a task is made on a day; %(day)s is its name, %(due)s the day itself."""
    url, label = escape(f"{new_url}&due="), escape(_("New task, %(day)s"))
    return f'<a class="cal-add" href="{url}%(due)s" data-drawer aria-label="{label}">{icon("plus")}</a>'


def cell_html(cell: Cell, add: str, drawn: Drawn) -> str:
    day, name, url = cell.day, escape(cell.name), escape(cell.url)
    marks = (day.off and "off", day.is_today and "today", cell.is_other and "other", cell.is_chosen and "chosen")
    css = " ".join(filter(None, ("cal-d", *marks)))
    why = f'<span class="cal-why" title="{escape(day.off)}">{escape(day.off)}</span>' if day.is_named else ""
    entries = "".join([entry_html(entry, entry.begins, drawn) for entry in cell.entries])
    return (
        f'<section class="{css}" data-day="{day.date}" aria-label="{name}"><a class="cal-dn" href="{url}"'
        f' aria-label="{name}"><b>{day.date.day}</b></a>{why}{add % {"day": name, "due": day.date}}'
        f'{pick_html(cell, name)}<div class="cal-its">{entries}{more_html(cell.more, url)}</div></section>'
    )


def more_html(count: int, url: str) -> str:
    if count <= 0:
        return ""
    words = ngettext("+%(count)s more", "+%(count)s more", count) % {"count": count}
    return f'<a class="cal-more" href="{url}">{escape(words)}</a>'


def pick_html(cell: Cell, name: str) -> str:
    """The whole cell on a phone: its list is shown below."""
    count = ngettext("%(count)s task", "%(count)s tasks", cell.day.count) % {"count": cell.day.count}
    chosen = ' aria-current="date"' if cell.is_chosen else ""
    dots = "".join([f'<i class="{each.color}"></i>' for each in cell.entries])
    return (
        f'<a class="cal-pick" href="{escape(cell.here)}"{chosen}><span class="visually-hidden">{name}, '
        f'{escape(count)}</span><span aria-hidden="true">{cell.day.date.day}</span>'
        f'<span class="cal-dots" aria-hidden="true">{dots}</span></a>'
    )


@register.simple_tag
def calendar_rows(entries: Iterable[Entry]) -> SafeString:
    """As a list."""
    drawn = Drawn()
    return mark_safe("\n".join([row_html(entry, drawn) for entry in entries]))  # noqa: S308 - row_html escapes


def row_html(entry: Entry, drawn: Drawn) -> str:
    _css, picture, _unseen = drawn.of(entry)
    title = escape(entry.title)
    if entry.is_hidden:
        words = f'<span class="t2">{title}</span>'
    else:
        opens = f'href="{escape(entry.url)}" data-drawer data-preview="{look_at(entry.task)}"{hold(entry)}'
        words = f'<a class="ink b5" {opens}>{title}</a>'
        if entry.client:
            words += f' <span class="t2">{escape(entry.client)}</span>'
    return (
        f'<div class="cal-r {entry.state}"><span class="tn t2 nw">{entry.when or escape(_("all day"))}</span>'
        f'<span class="cal-k {entry.color}">{picture}</span><span class="cut">{words}</span>'
        f'<span class="end nw">{mark_of(entry)}</span></div>'
    )


def mark_of(entry: Entry) -> str:
    if entry.is_late:
        return f'<span class="bad">{escape(_("late"))}</span>'
    if entry.state:
        return f'<span class="t3">{escape(_("done") if entry.state == "done" else _("To be accepted"))}</span>'
    return ""
