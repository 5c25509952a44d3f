"""A colleague in a line of text: the name is a link, and a look at it says who that is."""

from django import template
from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kartu.core.addresses import address
from kartu.core.components.basics import button
from kartu.firm.links import record_links

register = template.Library()


@register.simple_tag
def colleague(pk: int, name: object, css: str = "ink") -> SafeString:
    """`name` as a link to the page of the colleague `pk`, with a look (role, phone) on it. css: classes of the link."""
    return link(pk, format_html("{}", name), css)


def link(pk: int, content: SafeString, css: str = "ink", title: str = "") -> SafeString:
    said = format_html(' title="{}"', title) if title else ""
    return format_html(
        '<a class="{}" href="{}" data-preview="{}"{}>{}</a>',
        css,
        address("firm:person", pk),
        address("firm:look", pk),
        said,
        content,
    )


@register.simple_tag
def links_of(row: models.Model) -> SafeString:
    """What the apps above offer about a person, team, branch or legal entity."""
    shown = [
        (button(str(each.label), icon=each.icon, kind="ghost", href=each.url(row), drawer=True),)
        for each in record_links
    ]
    return format_html_join("", "{}", shown)
