"""The path in the top line."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kartu.core.components.basics import glyph


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
