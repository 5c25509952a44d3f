"""A colleague in a line of text: the name is a link, and a look at it says who that is."""

from django import template
from django.db import models
from django.utils.html import conditional_escape, escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from kartu.core.addresses import address
from kartu.core.components.basics import button
from kartu.firm.links import record_links

register = template.Library()


@register.simple_tag
def colleague(pk: int, name: object, css: str = "ink") -> SafeString:
    """`name` as a link to the page of the colleague `pk`, with a look (role, phone) on it. css: classes of the link."""
    return link(pk, conditional_escape(name), css)


def link(pk: int, content: SafeString, css: str = "ink", title: str = "") -> SafeString:
    said = f' title="{escape(title)}"' if title else ""
    places = f'href="{address("firm:person", pk)}" data-preview="{address("firm:look", pk)}"'
    return mark_safe(f'<a class="{css}" {places}{said}>{conditional_escape(content)}</a>')  # noqa: S308 - escaped


@register.simple_tag
def links_of(row: models.Model) -> SafeString:
    """What the apps above offer about a person, team, branch or legal entity."""
    shown = [
        (button(str(each.label), icon=each.icon, kind="ghost", href=each.url(row), drawer=True),)
        for each in record_links
    ]
    return format_html_join("", "{}", shown)
