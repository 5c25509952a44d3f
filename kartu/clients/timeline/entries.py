"""An entry of the history, and the place up to which it has been read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import Q
from django.utils.safestring import SafeString


@dataclass(frozen=True, order=True)
class Cursor:
    """The place of an entry in the one order of all: its moment, then its source, then its number there."""

    at: datetime
    order: int
    number: int

    def behind(self, order: int, at: str = "at", number: str = "pk") -> Q:
        """The rows of the source `order` that are older than this place."""
        older, same = Q(**{f"{at}__lt": self.at}), Q(**{at: self.at})
        if order < self.order:
            return older | same
        return older | (same & Q(**{f"{number}__lt": self.number})) if order == self.order else older

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.order}~{self.number}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The cursor that `str` gave; None for anything else."""
        try:
            at, order, number = text.split("~")
            moment = datetime.fromisoformat(at)
            return cls(moment, int(order), int(number)) if moment.tzinfo else None
        except ValueError:
            return None


@dataclass(frozen=True)
class Entry:
    """`html` says what happened; `icon` stands before it; `anchor` is its id on the page ("touch-17").

    The HTML is made in Python, as that of the lists' tables is: a template takes ten times as long over twenty entries.
    """

    place: Cursor
    icon: str
    html: SafeString
    anchor: str = ""

    @property
    def at(self) -> datetime:
        return self.place.at
