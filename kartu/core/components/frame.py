"""The frame: built files, the path in the top line, times, pictures of keys."""

from datetime import date, datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kartu.core import when as times
from kartu.core.components.basics import glyph
from kartu.core.components.html import attrs, one_of


def crumb(label: str, *, href: str = "", count: object = "") -> SafeString:
    """One step of the path in the top line: with `href` a place above, without it where we are. count: beside it."""
    if href:
        return format_html('<a class="t2" href="{}">{}</a>{}', href, label, glyph("chevron-right"))
    number = format_html('<span class="t3 tn">{}</span>', count) if count != "" else ""
    return format_html('<b aria-current="page">{}</b>{}', label, number)


def back(href: str) -> SafeString:
    """The phone's way back, first in the path."""
    return format_html(
        '<a class="btn btn-ghost btn-ic only-m" href="{}" aria-label="{}">{}</a>', href, _("Back"), glyph("arrow-left")
    )


def when(moment: datetime | date | None, *, how: str = "when") -> SafeString | str:
    """A moment in words, exact on hover; None is a grey dash.

    how: "when" (today 14:30, 27 Nov) or "ago" (5 days ago).
    """
    one_of("how", how, ("when", "ago"))
    if moment is None:
        return format_html('<span class="t3">{}</span>', "–")
    words = times.when(moment) if how == "when" else times.ago(moment)
    said = attrs(datetime=moment.isoformat(), title=times.exactly(moment), data_when=how)
    return format_html("<time{}>{}</time>", said, words)
