"""What the apps above know of the lines of the log: where to look at it again, what was changed, how it leaves."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kartu.core.actors import Actor
from kartu.core.registry import Registry
from kartu.security.models import AuditRow


@dataclass(frozen=True)
class LogPlace:
    """`find(kind, object_type, told, by)` gives, for a line that tells of no single record, what was asked, in words,
    and the address where `by` can ask it again ("": nowhere); None where it knows nothing of such a line.

    `kind` is a verb or a kind of look, `told` what the line tells.
    """

    key: str
    find: Callable[[str, str, dict[str, Any], Actor], tuple[str, str] | None]
    order: int = 0


log_places: Registry[LogPlace] = Registry(
    "security.log_places", "Finds the lists and searches that lines of the log tell of: a LogPlace."
)


@dataclass(frozen=True)
class LogTeller:
    """`tell(rows, by)` gives, for those of `rows` (with payloads) about records of the kind `key` that `by` may know
    the changes of, by their number: (field, before, after), in words."""

    key: str
    tell: Callable[[list[AuditRow], Actor], dict[int, list[tuple[str, str, str]]]]


log_tellers: Registry[LogTeller] = Registry(
    "security.log_tellers", "Tells what was changed, for lines of the log about one kind of record: a LogTeller."
)


@dataclass(frozen=True)
class LogWayOut:
    """A button that takes out what is asked of the log, for a purpose: posted there as `purpose` and `query`."""

    key: str
    label: str
    right: str
    url_name: str
    icon: str = "file-export"


log_ways_out: Registry[LogWayOut] = Registry("security.log_ways_out", "Ways for the log to leave: a LogWayOut.")


def place_of(kind: str, object_type: str, told: dict[str, Any], by: Actor) -> tuple[str, str] | None:
    places: Iterable[LogPlace] = log_places
    return next((found for place in places if (found := place.find(kind, object_type, told, by))), None)
