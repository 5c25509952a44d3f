"""A task as people type it into one line: "call Rina fri 15:00", "besok 9", «завтра 10»."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kartu.clients.promises import CALLS, WORD
from kartu.core.spoken_times import find_when
from kartu.core.text import fold
from kartu.planner.models import Task

# What one goes to begins at its moment; all else is due by it.
BEGINS = (Task.Kind.MEETING, Task.Kind.VISIT)


def when_said(text: str, kind: str, now: datetime | None = None) -> tuple[dict[str, Any], str]:
    """What `text` says of the time, as columns of a task, and the text without it; ({}, text) where it says nothing."""
    found = find_when(text, now)
    if found is None:
        return {}, text
    moment, rest, names_clock = found
    if not names_clock:
        return {"due_on": moment.date()}, rest
    return {"start_at" if kind in BEGINS else "due_at": moment}, rest


def kind_said(text: str) -> str:
    """A line that begins with the word for calling is a call; "" for all else."""
    first = WORD.search(fold(text))
    return Task.Kind.CALL if first and first[0] in CALLS else ""


def read_line(line: str) -> tuple[str, str, dict[str, Any]]:
    """(kind, title, columns that say when) of a whole task; the title is what of `line` is not the time."""
    kind = kind_said(line) or Task.Kind.TASK
    times, title = when_said(line, kind)
    return kind, title.strip(), times


def not_understood() -> str:
    return _("When? A date and a time, or in words: tomorrow 10:00, fri 15:00")
