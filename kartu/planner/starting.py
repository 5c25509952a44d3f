"""How tasks of a new firm can end: in its language, for each kind. All of it can be changed or retired."""

from django.utils import translation
from django.utils.translation import pgettext_lazy

from kartu.core.actors import Actor
from kartu.planner.actions.outcomes import add_outcome

DAY = 24 * 60
AGREED = pgettext_lazy("how it ended", "Agreed")
THINKS = pgettext_lazy("how it ended", "Thinks it over")
REFUSED = pgettext_lazy("how it ended", "Refused")
NO_ANSWER = pgettext_lazy("how it ended", "No answer")
# Kind, name, whether it came off, what is offered next and after how many minutes, whether that must be named.
READY = (
    ("call", AGREED, True, "", None, False),
    ("call", pgettext_lazy("how it ended", "Call back later"), True, "call", DAY, True),
    ("call", NO_ANSWER, False, "call", 120, False),
    ("call", pgettext_lazy("how it ended", "Not interested"), False, "", None, False),
    ("call", pgettext_lazy("how it ended", "Wrong number"), False, "", None, False),
    ("meeting", AGREED, True, "", None, False),
    ("meeting", THINKS, True, "call", 3 * DAY, True),
    ("meeting", pgettext_lazy("how it ended", "Put off to another day"), False, "meeting", DAY, True),
    ("meeting", pgettext_lazy("how it ended", "Nobody came"), False, "call", 60, False),
    ("meeting", REFUSED, False, "", None, False),
    ("letter", pgettext_lazy("how it ended", "Sent"), True, "", None, False),
    ("letter", pgettext_lazy("how it ended", "They answered"), True, "", None, False),
    ("letter", NO_ANSWER, False, "call", 2 * DAY, False),
    ("letter", pgettext_lazy("how it ended", "It came back"), False, "", None, False),
    ("visit", AGREED, True, "", None, False),
    ("visit", THINKS, True, "call", 3 * DAY, True),
    ("visit", pgettext_lazy("how it ended", "Nobody was there"), False, "call", 60, False),
    ("visit", REFUSED, False, "", None, False),
    ("task", pgettext_lazy("how it ended", "Done"), True, "", None, False),
    ("task", pgettext_lazy("how it ended", "Done in part"), True, "task", DAY, True),
    ("task", pgettext_lazy("how it ended", "Could not be done"), False, "", None, False),
)
COLUMNS = ("kind", "name", "is_success", "next_kind", "next_after", "needs_next")


def ready_outcomes(language: str) -> list[dict]:
    """A new firm's results in its language, by COLUMNS, in their order."""
    with translation.override(language):
        return [{**dict(zip(COLUMNS, row, strict=True)), "name": str(row[1])} for row in READY]


def fill_outcomes(*, language: str, by: Actor, **signal: object) -> None:
    """Handler of `firm.signals.founded`."""
    for values in ready_outcomes(language):
        add_outcome(kind=values.pop("kind"), values=values, by=by)
