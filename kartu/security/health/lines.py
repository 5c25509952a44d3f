"""The list of what is looked at. Apps above add theirs."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kartu.core.registry import Registry

log = logging.getLogger(__name__)

OK, WARN, BAD = "ok", "warn", "bad"


@dataclass(frozen=True)
class Reading:
    """How one thing stands: `value` in words. `todo` says what to do; a line that is not ok has one."""

    value: str
    tone: str = OK
    todo: str | Promise = ""


@dataclass(frozen=True)
class HealthLine:
    """One thing that is looked at, in a few queries, under a `label`. `url_name`: the page where it is put right.

    `look` gives None where the thing is not there at all (no certificate without HTTPS).
    """

    key: str
    label: str | Promise
    look: Callable[[], Reading | None]
    order: int
    url_name: str = ""


@dataclass(frozen=True)
class Shown:
    line: HealthLine
    reading: Reading


health_lines: Registry[HealthLine] = Registry(
    "security.health", "What the health page looks at: a HealthLine; a red one rings the owner's bell."
)


def look() -> Iterator[Shown]:
    for line in health_lines:
        if reading := reading_of(line):
            yield Shown(line, reading)


def reading_of(line: HealthLine) -> Reading | None:
    try:
        return line.look()
    except Exception as error:  # what cannot be looked at is not well, and hides none of the others
        log.warning("health: %s could not be looked at", line.key, exc_info=True)
        return Reading(f"{type(error).__name__}: {error}"[:300], BAD, _("This could not be looked at."))
