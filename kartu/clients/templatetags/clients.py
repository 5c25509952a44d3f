"""Words that the card needs and no other page."""

from typing import Any

from django import template

from kartu.clients.card_html import fact_strip, put_away_links, shown_value, tab_links, value_pairs, way_link, way_pairs
from kartu.clients.forms.touches import KINDS
from kartu.clients.lists import phone_of_here
from kartu.clients.models import Client
from kartu.clients.timeline.html import day_heading, line_html

register = template.Library()

for part in (fact_strip, put_away_links, shown_value, tab_links, value_pairs, way_link, way_pairs):
    register.simple_tag(part)
register.filter(day_heading)
register.filter("line_of_log", line_html)


@register.filter
def second_line(client: Client, more: str = "") -> str:
    """What tells namesakes apart: phone, what `more` names (a column), city, who looks after."""
    phone = client.phone and phone_of_here(client.phone)
    named = [phone, getattr(client, more) if more else "", client.city, client.responsible and client.responsible.name]
    return " · ".join(filter(None, named))


@register.simple_tag
def quick_kinds() -> list[dict[str, Any]]:
    return [{"key": key, "label": label, "icon": icon, "letter": letter} for key, label, icon, letter in KINDS]
