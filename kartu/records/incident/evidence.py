"""What the log holds about an alert: the lines, the seals that hold them, the devices, the things concerned."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from kartu.core.actors import Actor
from kartu.firm.models import Device
from kartu.security.alerts.timeline import rows_around, things_of
from kartu.security.logbook.kinds import kind_of
from kartu.security.logbook.words import Entry, entries, named
from kartu.security.models import AuditRow, ToldHead, ViewRow
from kartu.security.models.alert import Alert
from kartu.security.models.audit import Verb
from kartu.security.seals.covering import Covering, broken_under, seals_over
from kartu.security.seals.findings import Finding
from kartu.security.seals.heads import Head, current_head
from kartu.security.seals.sealing import seal_new

MOST_LINES = 1000  # of each of the two logs
OUT = (Verb.EXPORT, Verb.PRINT, Verb.DOWNLOAD, Verb.REVEAL)


@dataclass(frozen=True)
class Thing:
    """A record that was counted: its name as the reader sees it, and when it was met first and last."""

    name: str
    kind: str
    pk: int
    first: datetime | None
    last: datetime | None


class Evidence:
    """All of it as it is now, read by `by`: names are those that he sees."""

    def __init__(self, alert: Alert, by: Actor) -> None:
        self.alert, self.by = alert, by
        seal_new()  # so that the newest lines have their seal, too
        rows, self.are_more = rows_around(alert, MOST_LINES)
        self.rows: list[AuditRow | ViewRow] = rows[::-1]

    @cached_property
    def entries(self) -> list[Entry]:
        """The lines in words, the oldest first."""
        return entries(self.rows, self.by)

    def out(self) -> Iterator[tuple[AuditRow, dict[str, Any]]]:
        """What was taken out, with what its line tells."""
        for row in self.rows:
            if isinstance(row, AuditRow) and row.verb in OUT:
                yield row, row.told

    @cached_property
    def things(self) -> list[Thing]:
        found = []
        for model, pks in things_of(self.alert).items():
            names, kind = named(model, pks, self.by), kind_of(model)
            for pk in pks:
                name = names.get(pk, (f"{kind} № {pk}".strip(), ""))[0]
                found.append(Thing(name, model, pk, *self.met.get((model, pk), (None, None))))
        return sorted(found, key=lambda thing: (thing.first is None, thing.first or self.alert.since, thing.name))

    @cached_property
    def met(self) -> dict[tuple[str, int], tuple[datetime, datetime]]:
        found: dict[tuple[str, int], tuple[datetime, datetime]] = {}
        for entry in self.entries:
            model, pk = entry.record
            if pk:
                found[model, pk] = (found.get((model, pk), (entry.at,))[0], entry.at)
        return found

    @cached_property
    def devices(self) -> list[tuple[str, Device | None]]:
        """The sign-ins by which it was done, as the log names them; None where it has ended since."""
        told = {row.session: None for row in self.rows if row.session}
        keys = list(dict.fromkeys([*self.alert.evidence.get("sessions", []), *told]))
        known = {each.fingerprint: each for each in Device.objects.filter(person_id=self.alert.subject)}
        return [(key, known.get(key)) for key in keys]

    @cached_property
    def addresses(self) -> list[str]:
        told = {row.address: None for row in self.rows if row.address}
        return list(dict.fromkeys([*self.alert.evidence.get("addresses", []), *told]))

    @cached_property
    def seals(self) -> list[Covering]:
        """Of both logs, by number."""
        acts = seals_over("acts", [row.pk for row in self.rows if isinstance(row, AuditRow)])
        looks = seals_over("views", [row.pk for row in self.rows if isinstance(row, ViewRow)])
        self._held = {f"a{pk}": seal for seal in acts for pk in seal.rows}
        self._held |= {f"v{pk}": seal for seal in looks for pk in seal.rows}
        return sorted({seal.number: seal for seal in [*acts, *looks]}.values(), key=lambda seal: seal.number)

    def seal_of(self, entry: Entry) -> Covering | None:
        """The seal that holds the line; None where it has none yet."""
        return self._held.get(entry.number) if self.seals else None

    @cached_property
    def broken(self) -> list[Finding]:
        """Whether somebody has altered a line, or one that is sealed together with it."""
        return broken_under([seal.number for seal in self.seals])

    @cached_property
    def head(self) -> Head | None:
        return current_head()

    @cached_property
    def told_head(self) -> ToldHead | None:
        """The first head behind all these seals that the owners were sent."""
        last = self.seals[-1].number if self.seals else 0
        return ToldHead.objects.filter(number__gte=last).order_by("number").first() if last else None
