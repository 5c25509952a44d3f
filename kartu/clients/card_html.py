"""Parts of the card that stand in it many times, made in Python: each would cost a template of its own.

Whatever people have typed goes through `escape`; here only marks of our own are put around.
"""

from collections.abc import Iterable

from django.template.defaultfilters import linebreaksbr
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from kartu.clients.card_fields import ShownField
from kartu.clients.ways import Way
from kartu.core.components.blocks import pair
from kartu.core.components.forms import edit


def way_link(way: Way) -> SafeString:
    """The number or address, pressed where it can be."""
    if not way.href:
        return escape(way.shown)
    outside = ' target="_blank" rel="noopener"' if way.is_outside else ""
    html = f'<a class="tn" href="{escape(way.href)}"{outside}>{escape(way.shown)}</a>'
    return mark_safe(html)  # noqa: S308 - made of escaped parts, see above


def way_pairs(ways: Iterable[Way]) -> SafeString:
    pairs = [pair(way_link(way), label=way.channel.label or way.channel.get_kind_display()) for way in ways]
    return mark_safe("".join(pairs))  # noqa: S308 - made of components


def shown_value(value: ShownField, may_change: bool, html: str = "", placeholder: str = "") -> SafeString:
    """A field of the client as it is read, edited where it stands by those who may. `html` is what is shown instead."""
    shown = (conditional_escape(html) if html else linebreaksbr(value.shown)) if value.shown else ""
    if not may_change:
        return conditional_escape(html) if html else shown or escape("–")
    content = shown or mark_safe(f'<span class="t3">{conditional_escape(placeholder or "–")}</span>')  # noqa: S308 - escaped
    here = {"url": value.url, "name": value.name, "label": value.label, "value": value.value}
    return edit(content, kind=value.kind, version=value.version, **here)


def value_pairs(fields: Iterable[ShownField], may_change: bool) -> SafeString:
    pairs = [pair(shown_value(field, may_change), label=field.label) for field in fields]
    return mark_safe("".join(pairs))  # noqa: S308 - made of components
