"""When a duty comes back: the rule as people mean it, the days it gives, and the sentence that says it.

Pure: no rows, no settings. Working days and the dates of clients come in by arguments.
"""

from kartu.planner.recurrence.days import filled
from kartu.planner.recurrence.errors import RuleError
from kartu.planner.recurrence.occurring import (
    Occurrence,
    Start,
    check,
    first_ones,
    following,
    next_after,
    occurrences,
)
from kartu.planner.recurrence.rule import Holiday, Rule
from kartu.planner.recurrence.sentence import describe
from kartu.planner.recurrence.text import from_ics, parse, to_text

__all__ = [
    "Holiday", "Occurrence", "Rule", "RuleError", "Start", "check", "describe", "filled", "first_ones", "following",
    "from_ics", "next_after", "occurrences", "parse", "to_text",
]  # fmt: skip
