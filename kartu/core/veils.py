"""Values that somebody reads only in part: a text that shows its mask wherever it is written, and keeps what it hides.

Whatever turns it into a page, a file or a message gets the mask; only whoever asks for `real_of` gets the rest. So what
forgets to ask gives too little away, never too much.
"""

from collections.abc import Callable
from typing import Any


class Veiled(str):
    """A mask ("+62 812 ••• •• 47") over `real`. `can_reveal`: whether the reader may ask for the rest."""

    __slots__ = ("can_reveal", "real")

    def __new__(cls, mask: str, real: str = "", *, can_reveal: bool = False) -> "Veiled":
        made = super().__new__(cls, mask)
        made.real, made.can_reveal = real, can_reveal
        return made


def is_veiled(value: Any) -> bool:
    return isinstance(value, Veiled)


def real_of(value: Any) -> Any:
    """What lies under the mask; any other value as it is. For comparing and keeping, never for showing."""
    return value.real if isinstance(value, Veiled) else value


# What apps above put out of sight in texts that others have typed: called with the text and its reader.
text_veils: list[Callable[[str, Any], str]] = []


def veiled_text(text: str, reader: Any) -> str:
    """`text`, which somebody else has typed, as far as `reader` may read what stands in it."""
    for veil in text_veils:
        text = veil(text, reader)
    return text
