"""Addresses of pages by name, many times a page: each name is looked up once, afterwards only the numbers change."""

import re
from collections.abc import Sequence
from functools import lru_cache

from django.urls import get_script_prefix, reverse

# Stands for a number while the pattern is made; neither an address nor a page has it of its own.
MARK = 7_310_000_000_000_000


def address(name: str, *ids: int) -> str:
    """`reverse(name, args=ids)` for whole numbers from 0 on."""
    return with_numbers(pattern(get_script_prefix(), name, len(ids)), ids)


@lru_cache(maxsize=1024)
def pattern(prefix: str, name: str, count: int) -> list[str | int]:
    """The address in pieces. `prefix` is where the program is mounted: `reverse` asks for it itself."""
    marks = [MARK + at for at in range(count)]
    return pieces_of(reverse(name, args=marks), marks)


def pieces_of(text: str, marks: Sequence[int]) -> list[str | int]:
    """`text` cut at every one of `marks`: what stands between them, and of each its place in `marks`."""
    pieces = re.split(f"({'|'.join(map(str, marks))})", text) if marks else [text]
    return [marks.index(int(each)) if at % 2 else each for at, each in enumerate(pieces)]


def with_numbers(pieces: Sequence[str | int], ids: Sequence[int]) -> str:
    """The text that was cut, with `ids` in the place of the marks."""
    return "".join([each if isinstance(each, str) else str(int(ids[each])) for each in pieces])
