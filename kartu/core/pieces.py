"""Pieces of a page that differ by nothing but the numbers in their addresses: rendered once, then filled in.

A menu of ten lines takes a template engine as long as the database takes for all that a card shows.
"""

from collections.abc import Hashable
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from kartu.core.addresses import MARK, pieces_of, with_numbers


def piece(template: str, *ids: int, **shape: Hashable) -> SafeString:
    """`template`, which is told `pk` (`pk2`, ...) and `shape`: a few words and switches, never what people have typed.

    It knows nothing of the request.
    """
    make = pattern.__wrapped__ if settings.DEBUG else pattern
    made = make(template, get_script_prefix(), get_language(), len(ids), tuple(sorted(shape.items())))
    return mark_safe(with_numbers(made, ids))  # noqa: S308 - as the template made it, with numbers in their places


@lru_cache(maxsize=512)
def pattern(
    template: str, prefix: str, language: str, count: int, shape: tuple[tuple[str, Hashable], ...]
) -> list[str | int]:
    marks = [MARK + at for at in range(count)]
    names = {f"pk{at + 1}" if at else "pk": mark for at, mark in enumerate(marks)}
    return pieces_of(render_to_string(template, {**dict(shape), **names}), marks)
