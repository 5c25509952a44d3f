"""Words that the card needs and no other page."""

from django import template

from kartu.clients.timeline.html import day_heading, line_html

register = template.Library()

register.filter(day_heading)
register.filter("line_of_log", line_html)
