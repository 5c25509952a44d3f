"""The path in the top line, and times."""

from datetime import date, datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kartu.core.components.basics import glyph
from kartu.core.templatetags.formats import near


def crumb(label: str, *, href: str = "", count: object = "", heading: bool = True) -> SafeString:
    """One step of the path in the top line: with `href` a place above, without it where we are.

    count: beside it. heading: it is the page's first heading; False where the page has one of its own.
    """
    if href:
        return format_html('<a class="t2" href="{}">{}</a>{}', href, label, glyph("chevron-right"))
    number = format_html('<span class="t3 tn">{}</span>', count) if count != "" else ""
    html = "<h1>{}</h1>{}" if heading else '<b aria-current="page">{}</b>{}'
    return format_html(html, label, number)


def back(href: str) -> SafeString:
    """The phone's way back, first in the path."""
    return format_html(
        '<a class="btn btn-ghost btn-ic only-m" href="{}" aria-label="{}">{}</a>', href, _("Back"), glyph("arrow-left")
    )


def when(moment: datetime | date | None) -> SafeString | str:
    """A moment in words while it is near ("today 14:30", "5 days ago", "9 Nov"), exact on hover; None: a grey dash."""
    return near(moment) if moment else format_html('<span class="t3">{}</span>', "–")
