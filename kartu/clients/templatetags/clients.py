"""Words that the card needs and no other page."""

from collections.abc import Iterable
from typing import Any

from django import template

from kartu.clients.card_html import (
    fact_strip,
    put_away_links,
    refused_mark,
    shown_value,
    tab_links,
    value_pairs,
    way_link,
    way_pairs,
)
from kartu.clients.lists import phone_of_here
from kartu.clients.models import Client
from kartu.clients.quick import QuickKind, quick_kinds
from kartu.clients.registries import card_acts as known_acts
from kartu.clients.timeline.html import day_heading, line_html

register = template.Library()

for part in (fact_strip, put_away_links, refused_mark, shown_value, tab_links, value_pairs, way_link, way_pairs):
    register.simple_tag(part)
register.filter(day_heading)
register.filter("line_of_log", line_html)


@register.filter
def second_line(client: Client, more: str = "") -> str:
    """What tells namesakes apart: phone, what `more` names (a column), city, who looks after."""
    phone = client.phone and phone_of_here(client.phone)
    named = [phone, getattr(client, more) if more else "", client.city, client.responsible and client.responsible.name]
    return " · ".join(filter(None, named))


@register.simple_tag(name="quick_kinds")
def kinds_of_line(keys: Iterable[str]) -> list[QuickKind]:
    return [quick_kinds[key] for key in keys]


@register.simple_tag
def card_acts(pk: int, keys: Iterable[str]) -> list[dict[str, Any]]:
    acts = [known_acts[key] for key in keys]
    return [{"label": act.label, "icon": act.icon, "url": act.url(pk)} for act in acts]
