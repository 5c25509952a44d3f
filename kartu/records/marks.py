"""The mark of whatever is taken out: a line that everybody sees, and spaces that nobody sees (decision 0100).

Behind each name stands a space or none, as the export's secret and the name itself say. Sorting, taking rows or columns
away and saving again leave that as it is; two exports of the same rows differ in half of the names. Our importer takes
spaces off every cell and passes the line by.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.utils import timezone

# Plain letters: a file saved in an old encoding keeps them.
LINE = "Kartu export {number}, {who}, {at:%Y-%m-%d %H:%M}"
LINE_SHAPE = re.compile(r"Kartu export (\d{1,12}), ")
LINE_IN_BYTES = re.compile(rb"Kartu export (\d{1,12}), ")
SPACE = " "


@dataclass(frozen=True)
class Mark:
    """What one export carries. `seed` is 32 hexadecimal digits that never leave the firm's data."""

    number: int
    who: str
    at: datetime
    seed: str

    @property
    def line(self) -> str:
        return LINE.format(number=self.number, who=self.who, at=timezone.localtime(self.at))

    def on(self, value: Any) -> Any:
        """`value` of a name's column with its part of the mark; what is no text stays as it is."""
        if not isinstance(value, str) or not value.strip():
            return value
        return value.rstrip() + SPACE * bit(self.seed, value)


def bit(seed: str, text: str) -> int:
    """0 or 1: whether a space stands behind `text` in the export of `seed`."""
    plain = " ".join(text.split())
    return blake2b(plain.encode(errors="replace"), key=bytes.fromhex(seed), digest_size=1).digest()[0] & 1


def is_line(cells: Sequence[Any]) -> bool:
    """Whether a row of a file is nothing but the line of a mark."""
    filled = [cell for cell in cells if cell not in (None, "")]
    return len(filled) == 1 and isinstance(filled[0], str) and bool(LINE_SHAPE.match(filled[0]))
