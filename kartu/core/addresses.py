"""Addresses of pages by name, many times a page: each name is looked up once, afterwards only the numbers change."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse

# Stands for a number while the pattern is made; no address has it of its own.
MARK = 7_310_000_000_000_000


def address(name: str, *ids: int) -> str:
    """`reverse(name, args=ids)` for whole numbers from 0 on."""
    return pattern(get_script_prefix(), name, len(ids)) % ids


@lru_cache(maxsize=1024)
def pattern(prefix: str, name: str, count: int) -> str:
    """The address with a %d for each number. `prefix` is where the program is mounted: `reverse` asks for it itself."""
    marks = [MARK + at for at in range(count)]
    found = reverse(name, args=marks).replace("%", "%%")
    for mark in marks:
        found = found.replace(str(mark), "%d", 1)
    return found
