"""A line of the log as HTML. Made in Python, for a page has many: templates take five times as long."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kartu.core.components.basics import icon
from kartu.core.formats import format_time
from kartu.core.templatetags.formats import near
from kartu.firm.templatetags.people import link

if TYPE_CHECKING:
    from kartu.security.logbook.words import Entry

LONGEST = 60


def line(entry: "Entry") -> SafeString:
    """A row of the table: when, who, what, from where."""
    what = f"{icon(entry.icon, css='t3')} {deed(entry)}"
    cells = f'<td class="t2 tn">{near(entry.at)}</td><td>{who(entry)}</td><td>{what}</td>'
    return mark_safe(f'<tr>{cells}<td class="hide-m t2 tn">{escape(entry.address)}</td></tr>')  # noqa: S308 - escaped


def deed_at(entry: "Entry", more: Iterable["Entry"]) -> SafeString:
    """A deed of somebody's day, with the further records that it was done to, and its time."""
    others = "".join(f", {name(other)}" for other in more)
    clock = f'<span class="t3 tn">{format_time(entry.at)}</span>'
    return mark_safe(f'<div class="ev">{icon(entry.icon)}<div>{deed(entry)}{others}</div>{clock}</div>')  # noqa: S308 - escaped


def who(entry: "Entry") -> SafeString:
    if entry.who:
        return link(entry.who_id, entry.who)
    words, css = ("Kartu", "t2") if entry.why else (_("Somebody unknown"), "t3")
    return mark_safe(f'<span class="{css}">{escape(words)}</span>')  # noqa: S308 - escaped


def deed(entry: "Entry") -> SafeString:
    """What was done, to what."""
    tone = f' class="{entry.tone}"' if entry.tone else ""
    parts = [f"<span{tone}>{escape(entry.did)}</span>"]
    if entry.what:
        parts.append(quiet(entry.what))
    if entry.name:
        parts.append(name(entry))
    if entry.text:
        is_link = bool(entry.text_url)
        text = (
            f'<a class="ink" href="{escape(entry.text_url)}">{escape(entry.text)}</a>' if is_link else quiet(entry.text)
        )
        parts.append(text)
    changes = (f'<div class="sm t2">{change(*each)}</div>' for each in entry.changes)
    return mark_safe(" ".join(parts) + "".join(changes))  # noqa: S308 - escaped


def name(entry: "Entry") -> SafeString:
    if not entry.url:
        return quiet(entry.name)
    return mark_safe(f'<a class="ink b5" href="{escape(entry.url)}">{escape(entry.name)}</a>')  # noqa: S308 - escaped


def quiet(words: object) -> SafeString:
    return mark_safe(f'<span class="t2">{escape(words)}</span>')  # noqa: S308 - escaped


def change(label: str, before: str, after: str) -> str:
    was = f"<s>{escape(short(before))}</s> → " if before else ""
    return f"{escape(label)}: {was}{escape(short(after) or '—')}"


def short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
