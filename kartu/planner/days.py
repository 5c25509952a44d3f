"""What stands in the days of a calendar, as it is drawn."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _


@dataclass(slots=True)
class Entry:
    """A task, or that somebody is busy, in one day."""

    task: int
    title: str
    # "10:07", and "10:07–10:47".
    begins: str = ""
    when: str = ""
    kind: str = ""
    icon: str = "lock"
    color: str = "c6"
    client: str = ""
    state: str = ""
    url: str = ""
    is_hidden: bool = False
    is_late: bool = False
    can_move: bool = False
    version: int = 0
    # Minutes of the epoch between which it stands, None where it has a day only; and whether it is only due then.
    span: tuple[int, int] | None = None
    is_due: bool = False
    # Minutes of the day at which it begins, and how many it takes there; and beside how many others.
    at: int = 0
    minutes: int = 0
    lane: int = 0
    lanes: int = 1

    @property
    def unseen(self) -> str:
        """What its colours and its picture say, in words."""
        words = self.kind
        if self.is_late:
            words += f", {_('late')}"
        if self.state == "done":
            words += f", {_('done')}"
        return words


@dataclass
class Day:
    """`off` says why nobody works, "" on a working day; `named` whether that is more than a weekend."""

    date: date
    is_today: bool = False
    off: str = ""
    is_named: bool = False
    count: int = 0
    whole: list[Entry] = field(default_factory=list)
    timed: list[Entry] = field(default_factory=list)
    # [(minute, minutes, why)] in which he does not work.
    rests: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def entries(self) -> list[Entry]:
        return [*self.whole, *self.timed]

    @property
    def more(self) -> int:
        return self.count - len(self.whole) - len(self.timed)


@dataclass
class Cell:
    """A day of a month."""

    day: Day
    name: str
    url: str
    # The month with the list of this day below it.
    here: str
    entries: list[Entry]
    is_other: bool = False
    is_chosen: bool = False

    @property
    def more(self) -> int:
        return self.day.count - len(self.entries)
