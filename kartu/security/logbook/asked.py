"""What somebody asks of the log, and whose lines he may read."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kartu.core.actors import Actor, Scope, ends_within
from kartu.firm.models import User
from kartu.security.models.audit import Verb
from kartu.security.models.view import ViewRow
from kartu.security.rights import READ_LOG

LOOKS = {
    ViewRow.CARD: _("opened"),
    ViewRow.LIST: _("looked through a list"),
    ViewRow.SEARCH: _("searched"),
    ViewRow.PAGE: _("opened a page"),
}
DOORS = ("sign_", "second_")
# What one may ask for together: words, verbs of acts, kinds of looks.
GROUPS = {
    "looks": (_("Looked: cards, lists, searches"), (), tuple(LOOKS)),
    "writes": (
        _("Wrote: made, changed, deleted"),
        (Verb.CREATE, Verb.CHANGE, Verb.TRASH, Verb.RESTORE, Verb.MERGE, Verb.PART, Verb.PURGE, Verb.ERASE),
        (),
    ),
    "out": (_("Took out: files, prints, downloads"), (Verb.EXPORT, Verb.PRINT, Verb.DOWNLOAD, Verb.REVEAL), ()),
    "doors": (_("Signed in or out, or failed to"), tuple(verb for verb in Verb if verb.startswith(DOORS)), ()),
    "program": (_("Kartu started or stopped"), (Verb.START, Verb.STOP), ()),
}
NOBODY = "kartu"  # asked for as a person: what the program did by itself


def kinds() -> list[tuple[str, object]]:
    """Choices of what was done, the groups first."""
    groups = [(key, label) for key, (label, _verbs, _looks) in GROUPS.items()]
    return [
        ("", _("Everything")),
        (_("Together"), groups),
        (_("One kind"), [*LOOKS.items(), *((verb.value, verb.label) for verb in Verb)]),
    ]


@dataclass(frozen=True)
class Reach:
    """Whose lines somebody may read: those of `people` (ids); None: everybody's, and the program's own."""

    people: frozenset[int] | None

    @classmethod
    def of(cls, by: Actor) -> "Reach":
        scope = by.scope(READ_LOG) or Scope.OWN
        ends = ends_within(by, scope)
        if ends is None:
            return cls(None)
        belonging = Q(pk__in=ends.people) | Q(team_id__in=ends.teams)
        return cls(frozenset(User.objects.filter(belonging).values_list("pk", flat=True)))

    def holds(self, person_id: int | None) -> bool:
        return self.people is None or person_id in self.people

    def colleagues(self) -> list[User]:
        """Those within reach, by name; those whose access is closed, too."""
        rows = User.objects.order_by("name")
        return list(rows if self.people is None else rows.filter(pk__in=self.people))


@dataclass(frozen=True)
class Asked:
    """A question to the log. `person` is an id, 0 the program itself; `kind` a key of GROUPS, a verb or a kind of look;
    `record` (label, id). `since` and `until` are days of whoever asks, both included."""

    reach: Reach
    person: int | None = None
    kind: str = ""
    record: tuple[str, int] | None = None
    since: date | None = None
    until: date | None = None
    address: str = ""

    @property
    def verbs(self) -> tuple[str, ...] | None:
        """The verbs of acts that are asked for; None: all."""
        if not self.kind:
            return None
        return GROUPS[self.kind][1] if self.kind in GROUPS else tuple({self.kind} & set(Verb.values))

    @property
    def looks(self) -> tuple[str, ...] | None:
        """The kinds of looks that are asked for; None: all."""
        if not self.kind or self.kind == "looks":
            return None
        return GROUPS[self.kind][2] if self.kind in GROUPS else tuple({self.kind} & set(LOOKS))

    @property
    def begin(self) -> datetime | None:
        return midnight(self.since) if self.since else None

    @property
    def end(self) -> datetime | None:
        """The first moment that does not belong to it any more."""
        return midnight(self.until + timedelta(days=1)) if self.until else None

    def parts(self) -> dict[str, str]:
        """As an address has it, and as the log keeps it."""
        told = {
            "person": NOBODY if self.person == 0 else self.person,
            "kind": self.kind,
            "on": f"{self.record[0]}-{self.record[1]}" if self.record else "",
            "since": self.since,
            "until": self.until,
            "address": self.address,
        }
        return {name: str(value) for name, value in told.items() if value not in ("", None)}

    def query(self, **more: object) -> str:
        return urlencode({**self.parts(), **more})


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def record_of(text: str) -> tuple[str, int] | None:
    """From "clients.client-17"; None for anything else."""
    model, _dash, number = text.rpartition("-")
    if not model or len(model) > 60 or not number.isdecimal() or len(number) > 18:
        return None
    return model, int(number)
