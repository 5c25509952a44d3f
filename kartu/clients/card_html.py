"""Parts of the card that stand in it many times, made in Python: each would cost a template of its own.

Whatever people have typed goes through `escape`; here only marks of our own are put around.
"""

from collections.abc import Iterable
from typing import Any

from django.template.defaultfilters import linebreaksbr
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kartu.clients.card_fields import ShownField
from kartu.clients.registries import Fact
from kartu.clients.revealing import masked_way
from kartu.clients.ways import Way
from kartu.core.components.basics import icon
from kartu.core.components.blocks import fact, facts, pair, tab
from kartu.core.components.forms import edit


def fact_strip(shown: Iterable[Fact]) -> SafeString:
    """The facts under the head."""
    cells = [
        fact(
            each.label,
            each.value,
            note=each.note,
            note_icon=each.note_icon,
            tone=each.tone,
            href=each.href,
            look=each.look,
        )
        for each in shown
    ]
    return facts(mark_safe("".join(cells)), css="facts-6")  # noqa: S308 - made of components


def tab_links(tabs: Iterable[dict[str, Any]], chosen: str) -> SafeString:
    """The sections that stand in the line; the one that is open stands there, whatever is in it."""
    links = [
        tab(each["label"], href=each["url"], key=each["key"], on=each["key"] == chosen, count=each["count"])
        for each in tabs
        if not each["is_put_away"] or each["key"] == chosen
    ]
    return mark_safe("".join(links))  # noqa: S308 - made of components


def put_away_links(tabs: Iterable[dict[str, Any]], chosen: str) -> SafeString:
    """The sections under "More"."""
    links = [put_away_link(each) for each in tabs if each["is_put_away"] and each["key"] != chosen]
    return mark_safe("".join(links))  # noqa: S308 - made of escaped parts


def put_away_link(each: dict[str, Any]) -> str:
    count = f'<span class="end t3">{each["count"]}</span>' if each["count"] else ""
    return f'<a class="mi" href="{each["url"]}" data-tab="{each["key"]}">{escape(each["label"])}{count}</a>'


def way_link(way: Way) -> SafeString:
    """The number or address, pressed where it can be; behind a mask, with the button that lifts it."""
    if way.can_reveal:
        return masked_way(way.channel.client_id, way.channel.pk, way.shown)
    if not way.href:
        return escape(way.shown)
    outside = ' target="_blank" rel="noopener"' if way.is_outside else ""
    html = f'<a class="tn" href="{escape(way.href)}"{outside}>{escape(way.shown)}</a>'
    return mark_safe(html)  # noqa: S308 - made of escaped parts, see above


def refused_mark(way: Way) -> SafeString:
    """Beside a number or address where no reminders are wanted."""
    if not way.is_opted_out:
        return SafeString()
    words = _("no reminders")
    return format_html(' <span class="t3" title="{}">{}</span>', words, icon("bell-off", label=words))


def way_pairs(ways: Iterable[Way]) -> SafeString:
    pairs = [
        pair(way_link(way) + refused_mark(way), label=way.channel.label or way.channel.get_kind_display())
        for way in ways
    ]
    return mark_safe("".join(pairs))  # noqa: S308 - made of components


def shown_value(value: ShownField, may_change: bool, html: str = "", placeholder: str = "") -> SafeString:
    """A field of the client as it is read, edited where it stands by those who may. `html` is what is shown instead."""
    html = html or value.html
    shown = (conditional_escape(html) if html else linebreaksbr(value.shown)) if value.shown else ""
    if not may_change:
        return conditional_escape(html) if html else shown or escape("–")
    content = shown or mark_safe(f'<span class="t3">{conditional_escape(placeholder or "–")}</span>')  # noqa: S308 - escaped
    here = {"url": value.url, "name": value.name, "label": value.label, "value": value.value}
    return edit(content, kind=value.kind, version=value.version, **here)


def value_pairs(fields: Iterable[ShownField], may_change: bool) -> SafeString:
    pairs = [pair(shown_value(field, may_change), label=field.label) for field in fields]
    return mark_safe("".join(pairs))  # noqa: S308 - made of components
