"""What can happen in this app."""

from dataclasses import dataclass

from kartu.core.outbox import Event


@dataclass(frozen=True)
class LogHeadTold(Event):
    """The head of the seals of the log is to be told to the owners. `day` is an ISO date, `rows` all sealed ones."""

    day: str
    number: int
    hash: str
    rows: int


@dataclass(frozen=True)
class AlertRaised(Event):
    """A person has gone beyond a limit."""

    alert_id: int
    by_id: int | None = None


@dataclass(frozen=True)
class ReasonGiven(Event):
    """Whoever went beyond a limit says why."""

    alert_id: int
    by_id: int


@dataclass(frozen=True)
class LogBroken(Event):
    """A verification has found `count` broken things in the log; `first` are some of them, as `Finding` holds them."""

    count: int
    first: list


@dataclass(frozen=True)
class LeaveAsked(Event):
    """Somebody who is leaving wants to print, or to change many records at once, and may not without a word."""

    period_id: int
    by_id: int
