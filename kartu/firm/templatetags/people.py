"""A colleague in a line of text: the name is a link, and a look at it says who that is."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

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
        reverse("firm:person", args=[pk]),
        reverse("firm:look", args=[pk]),
        said,
        content,
    )
