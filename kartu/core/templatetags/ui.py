"""The components of the face. An unknown attribute fails at once; `/ui/` shows them all."""

from django import template

register = template.Library()
