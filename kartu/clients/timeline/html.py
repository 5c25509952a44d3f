"""The history of a card as HTML. Made in Python, for a template engine takes ten times as long over twenty entries.

What people have typed goes through `escape`; here only marks of our own are put around.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kartu.clients.history import Change, Line
from kartu.clients.models import Touch
from kartu.clients.timeline.entries import Entry
from kartu.core import formats
from kartu.core.addresses import address
from kartu.core.components.basics import icon
from kartu.core.pieces import piece
from kartu.firm.templatetags.people import colleague
from kartu.records.models import File


def days_html(days: Iterable[tuple[date, list[Entry]]]) -> SafeString:
    shown = []
    for day, entries in days:
        shown.append(f'<div class="day">{escape(day_heading(day))}</div>')
        shown += [entry_html(entry) for entry in entries]
    return mark_safe("\n".join(shown))  # noqa: S308 - made of escaped parts, see above


def entry_html(entry: Entry) -> str:
    anchor = f' id="{escape(entry.anchor)}"' if entry.anchor else ""
    return (
        f'<div class="ev"{anchor}>{icon(entry.icon)}<div>{conditional_escape(entry.html)}</div>'
        f'<span class="t3 tn">{formats.format_time(entry.at)}</span></div>'
    )


def day_heading(day: date) -> str:
    """ "Today", "Yesterday", "Wednesday 18 November", with the year where it is another one."""
    today = timezone.localdate()
    if abs((day - today).days) <= 1:
        return capfirst(formats.near_date(day))
    return written_day(day, get_language(), has_year=day.year != today.year)


@lru_cache(maxsize=4096)
def written_day(day: date, language: str, *, has_year: bool) -> str:
    # E: the month as it stands behind a number, "9 ноября"
    return capfirst(date_format(day, "l j E Y" if has_year else "l j E"))


# --- a touch ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownTouch:
    """`text` is that of the touch, with its links; `may_…`: what the reader may do with it."""

    touch: Touch
    text: SafeString
    files: list[File]
    may_correct: bool
    may_attach: bool


def touch_html(shown: ShownTouch) -> SafeString:
    touch, words = shown.touch, words_of(get_language())
    minutes = f", {words.minutes % {'minutes': touch.minutes}}" if touch.minutes else ""
    parts = [f'<span class="b5">{words.kinds[touch.kind]}{minutes}</span>']
    if touch.contact:
        parts.append(f" {words.who} {escape(touch.contact.name)}")
    if touch.by:
        parts.append(f" {colleague(touch.by_id, touch.by.name, 't3')}")
    if touch.text:
        parts.append(f'<div class="t-k">{conditional_escape(shown.text)}</div>')
    if touch.result:
        parts.append(f'<div class="t2">{words.result} {escape(touch.result)}</div>')
    if shown.files:
        parts.append(f'<div class="ev-files">{"".join(map(file_html, shown.files))}</div>')
    if shown.may_correct or shown.may_attach:
        switches = {"may_correct": shown.may_correct, "may_attach": shown.may_attach}
        parts.append(piece("clients/_touch_acts.html", touch.client_id, touch.pk, **switches))
    return mark_safe("".join(parts))  # noqa: S308 - made of escaped parts, see above


@dataclass(frozen=True)
class Words:
    """Escaped, for they stand in every entry."""

    kinds: dict[str, str]
    who: str
    result: str
    minutes: str


@cache
def words_of(language: str) -> Words:
    kinds = {kind.value: escape(kind.label) for kind in Touch.Kind}
    return Words(kinds, escape(_("with")), escape(_("Result:")), escape(_("%(minutes)s min")))


def file_html(file: File) -> str:
    where = address("records:file_look", file.pk) if file.has_look else file.url
    drawer = " data-drawer" if file.has_look else ""
    return f'<a class="chip" href="{escape(where)}"{drawer}>{icon("paperclip")}{escape(file.name)}</a>'


# --- a line of the log --------------------------------------------------------------------------------


def line_html(line: Line) -> SafeString:
    """What was done, in words, and who did it."""
    who = line.who and (colleague(line.who_id, line.who, "t3") if line.who_id else escape(line.who))
    by = f' <span class="t3">· {who}</span>' if who else ""
    return mark_safe(done_html(line) + by)  # noqa: S308 - made of escaped parts, see above


def done_html(line: Line) -> str:
    name, what = escape(line.name), escape(capfirst(line.what))
    if line.changes:
        of = f'<span class="t2">{what} {name}:</span> ' if line.name else ""
        return of + "; ".join(map(change_html, line.changes))
    if line.name:
        return f'<span class="t2">{what}</span> <span class="b5">{name}</span> {escape(line.did)}'
    did = _("Put on a card") if line.verb == "create" else capfirst(line.did)
    return f'<span class="b5">{escape(did)}</span>'


def change_html(change: Change) -> str:
    words = {"label": escape(change.label), "before": escape(change.before), "after": escape(change.after)}
    if change.before and change.after:
        return _('%(label)s changed from %(before)s to <b class="b5">%(after)s</b>') % words
    if change.after:
        return _('%(label)s: <b class="b5">%(after)s</b>') % words
    return _("%(label)s emptied, it was %(before)s") % words
