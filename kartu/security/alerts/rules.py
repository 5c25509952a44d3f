"""What is counted of a person's doings, and from where on the owner is told. Apps above add rules of their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kartu.core.registry import Registry
from kartu.security.models.audit import Verb
from kartu.security.models.view import ViewRow


@dataclass(frozen=True)
class Seen:
    """A row of the log as the rules see it. `what` is the verb of an act, or "card", "list", "search" of a look.

    `person_id` is who did it; of a failed sign-in whose account it was, 0 where there is no such account. `values` are
    the details; `is_off_hours` by the person's own clock.
    """

    number: int
    at: datetime
    person_id: int
    what: str
    object_type: str
    object_id: int | None
    values: dict[str, Any] = field(default_factory=dict)
    session: str = ""
    address: str = ""
    is_off_hours: bool = False

    @property
    def thing(self) -> str:
        return f"{self.object_type} {self.object_id}"


@dataclass(frozen=True)
class Rule:
    """What is counted: different things (`thing` gives one's name, "" for rows that do not count) or an `amount`.

    Counted over the person's day, or over `window` up to each row (things only). More than `limit` is an alert.
    """

    key: str
    label: str | Promise
    limit: int
    thing: Callable[[Seen], str] | None = None
    amount: Callable[[Seen], int] | None = None
    window: timedelta | None = None
    order: int = 0

    def __post_init__(self) -> None:
        if (self.thing is None) == (self.amount is None) or (self.window and self.amount):
            raise TypeError(f"The rule {self.key} counts things (perhaps in a window) or an amount")


alert_rules: Registry[Rule] = Registry(
    "security.alert_rules", "What is counted of each person's doings in the log: a Rule with its limit."
)

GAP = "gap"
CHANGING = {Verb.CREATE, Verb.CHANGE, Verb.TRASH, Verb.RESTORE, Verb.MERGE, Verb.PART, Verb.PURGE}
TAKING_OUT = {Verb.EXPORT, Verb.PRINT, Verb.DOWNLOAD, Verb.REVEAL}
LOOKING = {ViewRow.CARD, ViewRow.LIST, ViewRow.SEARCH}


def card(seen: Seen) -> str:
    return seen.thing if seen.what == ViewRow.CARD else ""


def rows_shown(seen: Seen) -> int:
    return number(seen.values.get("shown")) if seen.what == ViewRow.LIST else 0


def rows_taken_out(seen: Seen) -> int:
    return number(seen.values.get("rows")) if seen.what in (Verb.EXPORT, Verb.PRINT) else 0


def number(value: Any) -> int:
    return value if type(value) is int else 0


def one(*whats: str) -> Callable[[Seen], int]:
    return lambda seen: int(seen.what in whats)


def different(*whats: str) -> Callable[[Seen], str]:
    return lambda seen: seen.thing if seen.what in whats else ""


def handed_over(seen: Seen) -> str:
    after = seen.values.get("after")
    is_handed = seen.what == Verb.CHANGE and isinstance(after, dict) and "responsible_id" in after
    return seen.thing if is_handed else ""


def new_device(seen: Seen) -> int:
    return int(seen.what == Verb.SIGN_IN and bool(seen.values.get("is_new") and seen.values.get("matters")))


def off_hours(seen: Seen) -> int:
    return int(seen.is_off_hours and seen.what in LOOKING | CHANGING | TAKING_OUT)


# A seller opens some 25 cards on a usual day, and up to 150 on the day of a campaign (the tests hold both).
RULES = (
    Rule("cards_day", _("Different cards opened in a day"), 200, thing=card, order=10),
    Rule(
        "cards_burst",
        _("Different cards opened within 40 minutes"),
        80,
        thing=card,
        window=timedelta(minutes=40),
        order=20,
    ),
    Rule("rows_listed", _("Rows of lists looked through in a day"), 6000, amount=rows_shown, order=30),
    Rule("searches", _("Searches in a day"), 250, amount=one(ViewRow.SEARCH), order=40),
    Rule("reveals", _("Hidden phones shown in a day"), 50, amount=one(Verb.REVEAL), order=50),
    Rule("exports", _("Files exported in a day"), 10, amount=one(Verb.EXPORT), order=60),
    Rule("rows_out", _("Rows taken out in files and on paper in a day"), 1000, amount=rows_taken_out, order=70),
    Rule("prints", _("Papers printed in a day"), 60, amount=one(Verb.PRINT), order=80),
    Rule("downloads", _("Files downloaded in a day"), 100, amount=one(Verb.DOWNLOAD), order=90),
    Rule("off_hours", _("Things done at night or on days off"), 30, amount=off_hours, order=100),
    Rule("changes", _("Different records changed in a day"), 500, thing=different(Verb.CHANGE), order=110),
    Rule(
        "removals",
        _("Records put in the trash or deleted in a day"),
        50,
        thing=different(Verb.TRASH, Verb.PURGE),
        order=120,
    ),
    Rule("handed_over", _("Records handed over in a day"), 50, thing=handed_over, order=130),
    Rule("refusals", _("Pages refused in a day"), 30, amount=one(Verb.DENIED), order=140),
    Rule("failed_sign_ins", _("Failed sign-ins in a day"), 5, amount=one(Verb.SIGN_IN_FAILED), order=150),
    Rule(
        "new_device",
        _("New computers and phones of an owner, or of whoever may take data out, in a day"),
        0,
        amount=new_device,
        order=160,
    ),
    # No person's doing: `watching` raises it itself.
    Rule(GAP, _("Lines missing in the log"), 0, amount=one(), order=200),
)
for rule in RULES:
    alert_rules.add(rule)
