"""Handing over all that a person owns: kind by kind, in chunks, as one change set."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.core.jobs import chunk
from kartu.core.outbox import publish
from kartu.firm.models import User
from kartu.records.events import WorkHandedOver
from kartu.records.imports.pace import Pace
from kartu.records.models import Departure
from kartu.security.leaving.owned import Owned, owned, owns_something

State = Departure.State
Part = tuple[list[int] | None, User]


class HandOver:
    """One hand-over on its way; begun again after a kill it goes on with whatever is still his."""

    def __init__(self, departure: Departure, by: Actor) -> None:
        self.departure, self.by, self.person = departure, by, departure.person
        self.total = sum(kind.count(self.person) for kind in owned)
        self.done = 0

    def run(self) -> None:
        self.departure.left = []
        for kind in owned:
            for ids, to in self.parts(kind):
                self.give(kind, ids, to)
        with chunk():
            self.finish()

    def parts(self, kind: Owned) -> Iterator[Part]:
        """Which rows (None: all that are left) go to whom, in this order. What may not go is noted as left."""
        plan = self.departure.plan
        rest = plan.get("kinds", {}).get(kind.key, plan.get("to"))
        if not kind.count(self.person):
            return
        if not kind.may(self.by):
            self.departure.left.append(_("%(kind)s: you may not hand these over") % {"kind": kind.label})
            return
        for key, to_id in plan.get("lists", []):
            if kind.lists and (to := self.receiver(kind, to_id)):
                with suppress(LookupError):  # the list was given up meanwhile: its rows go with the rest
                    yield kind.among(key, self.by), to
        if rest and (to := self.receiver(kind, rest)):
            yield None, to

    def receiver(self, kind: Owned, pk: int) -> User | None:
        """Whoever gets it, asked anew: he may have gone himself meanwhile."""
        to = User.objects.active().select_related("role", "team").filter(pk=pk).first()
        if to is None or (kind.needs and not to.may(kind.needs)):
            told = {"kind": kind.label, "who": to or User.objects.filter(pk=pk).first()}
            self.departure.left.append(_("%(kind)s: %(who)s can do nothing with them") % told)
            return None
        return to

    def give(self, kind: Owned, ids: list[int] | None, to: User) -> None:
        pace, after = Pace(), 0
        rest = None if ids is None else sorted(ids)
        while True:
            rows = kind.rows([self.person.pk]).filter(pk__gt=after).order_by("pk")
            if rest is not None:
                some, rest = rest[: pace.rows], rest[pace.rows :]
                if not some:
                    return
                rows = rows.filter(pk__in=some)
            now = list(rows.values_list("pk", flat=True)[: pace.rows])
            if not now and rest is None:
                return
            if now:
                self.give_some(kind, now, to, pace)
            after = after if rest is not None else now[-1]

    def give_some(self, kind: Owned, ids: list[int], to: User, pace: Pace) -> None:
        self.done += len(ids)
        with chunk(min(self.done, self.total), self.total, str(kind.label)):
            pace.begin()
            moved = kind.hand_over(ids=ids, person=self.person, to=to, by=self.by, changes=self.departure.change_set)
            self.note(kind, moved, to)
        pace.end()

    def note(self, kind: Owned, moved: Iterable[int], to: User) -> None:
        departure, moved = self.departure, list(moved)
        counts = departure.moved.setdefault(kind.key, {})
        counts[str(to.pk)] = counts.get(str(to.pk), 0) + len(moved)
        if kind.give_back:
            departure.kept.setdefault(kind.key, []).extend([pk, to.pk] for pk in moved)
        departure.save(update_fields=["moved", "kept"])

    def finish(self) -> None:
        departure = self.departure
        departure.state = State.WAITING if owns_something(departure.person_id) else State.DONE
        departure.finished_at = timezone.now()
        departure.save(update_fields=["state", "left", "finished_at"])
        for to_id in sorted({int(pk) for counts in departure.moved.values() for pk, count in counts.items() if count}):
            publish(WorkHandedOver(departure.pk, to_id, self.by.pk))


def hand_over(departure: Departure, by: Actor) -> None:
    HandOver(departure, by).run()


def look_again(people: Iterable[int] | None = None) -> int:
    """Put those on the list of the waiting who have become owners of something again (an undo gave it back, a record
    came out of the trash), and take those off who have nothing left; how many."""
    changed = 0
    with transaction.atomic():
        gone = User.objects.filter(is_active=False)
        gone = gone if people is None else gone.filter(pk__in=people)
        open_ones = {each.person_id: each for each in Departure.objects.filter(state__in=Departure.OPEN)}
        for pk in gone.values_list("pk", flat=True):
            departure, owns = open_ones.get(pk), owns_something(pk)
            if departure is None and owns:
                Departure.objects.create(person_id=pk)
            elif departure is not None and departure.state == State.WAITING and not owns:
                closed: dict[str, Any] = {"state": State.DONE, "finished_at": timezone.now()}
                Departure.objects.filter(pk=departure.pk).update(**closed)
            else:
                continue
            changed += 1
    return changed
