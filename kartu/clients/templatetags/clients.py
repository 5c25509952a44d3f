"""Words that the card needs and no other page."""

from typing import Any

from django import template

from kartu.clients.card_html import fact_strip, put_away_links, shown_value, tab_links, value_pairs, way_link, way_pairs
from kartu.clients.forms.touches import KINDS
from kartu.clients.timeline.html import day_heading, line_html

register = template.Library()

for part in (fact_strip, put_away_links, shown_value, tab_links, value_pairs, way_link, way_pairs):
    register.simple_tag(part)
register.filter(day_heading)
register.filter("line_of_log", line_html)


@register.simple_tag
def quick_kinds() -> list[dict[str, Any]]:
    return [{"key": key, "label": label, "icon": icon, "letter": letter} for key, label, icon, letter in KINDS]
