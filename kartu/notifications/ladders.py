"""What happens where nobody looks: the steps of a ladder, as the firm has chosen them or as the Kind says."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kartu.core.formats import format_number
from kartu.firm.models import User
from kartu.notifications.channels import channels
from kartu.notifications.kinds import HEAD, LADDER, NEXT_WAY, Kind, kind_of, kinds
from kartu.notifications.models import Ladder, Notification, Step
from kartu.security import audit
from kartu.security.models.audit import Verb

Steps = tuple[tuple[int, str], ...]
# Who hears that a colleague does not look is the end of a ladder: one of his own could lead back to where it began.
ENDS = ("notifications.not_seen",)
# What must be acknowledged, of kinds without a ladder of their own.
FOR_ALL = ""


@dataclass(frozen=True)
class Rung:
    """One step: what is done, after how many minutes, and the name under which it is noted that it was done."""

    after: int
    way: str
    key: str


def rungs_of(steps: Steps) -> list[Rung]:
    """Named by what they do: a ladder that is changed meanwhile does nothing twice, and leaves nothing out."""
    seen: Counter[str] = Counter()
    rungs = []
    for after, way in steps:
        seen[way] += 1
        rungs.append(Rung(after, way, f"ladder:{way}" + (f":{seen[way]}" if seen[way] > 1 else "")))
    return rungs


class Ladders:
    """All ladders as they stand now, read once."""

    def __init__(self) -> None:
        self.chosen = {row.kind: row for row in Ladder.objects.all()}

    def usual(self, key: str) -> Steps:
        """What holds for a kind where the firm has not chosen."""
        kind = kinds.get(key)
        return kind.ladder if kind else LADDER if key == FOR_ALL else ()

    def steps(self, key: str) -> Steps:
        """The steps of the kind `key`, or FOR_ALL; none where it is off."""
        row = self.chosen.get(key)
        if row is None:
            return self.usual(key)
        return tuple((after, way) for after, way in row.steps) if row.is_on else ()

    def laddered(self) -> list[str]:
        """The kinds, as notify() calls them, of which every notice climbs."""
        return [name for kind in kinds if self.steps(kind.key) for name in (kind.key, *kind.also)]

    def rungs(self, kind: str, created_at: datetime, needs_ack: bool) -> list[Rung]:
        """Those of a notice: of its kind, else, if it must be acknowledged, those for all."""
        key = kind_of(kind).key
        has_own = key and (key in self.chosen or self.usual(key))
        if not has_own and not needs_ack:
            return []
        key = key if has_own else FOR_ALL
        row = self.chosen.get(key)
        rungs = rungs_of(self.steps(key))
        if row is None:
            return rungs
        return [rung for rung in rungs if created_at + timedelta(minutes=rung.after) > row.set_at]

    def due(self, kind: str, created_at: datetime, needs_ack: bool, now: datetime) -> list[Rung]:
        minutes = (now - created_at).total_seconds() / 60
        return [rung for rung in self.rungs(kind, created_at, needs_ack) if minutes >= rung.after]


def due_ones(waiting: models.QuerySet[Notification], ladders: Ladders, now: datetime) -> list[int]:
    """The numbers of those of `waiting` of which a step is due that was not done, in their order: a look that locks
    nothing, so that those whose steps are all done do not stand before the others."""
    done: dict[int, set[str]] = defaultdict(set)
    taken = Step.objects.filter(notification__in=waiting.order_by().values("pk"), key__startswith="ladder:")
    for pk, key in taken.values_list("notification_id", "key"):
        done[pk].add(key)
    rows = waiting.order_by("pk").values_list("pk", "kind", "created_at", "needs_ack")
    return [pk for pk, *what in rows if any(rung.key not in done[pk] for rung in ladders.due(*what, now))]


# --- chosen by the firm


def editable_kinds() -> list[Kind]:
    """Those whose ladder can be chosen."""
    ordered = sorted(kinds, key=lambda kind: (kind.group.order, kind.order))
    return [kind for kind in ordered if kind.key not in ENDS]


def set_ladder(*, by: User, kind: str, is_on: bool, steps: Iterable[tuple[int, str]]) -> None:
    """Choose what happens where nobody looks at news of `kind`. What is as it comes is not kept as a choice.

    Raises ValidationError: under "steps" what is wrong with them.
    """
    steps = tuple((int(after), way) for after, way in steps)
    check_steps(steps, is_on=is_on)
    with transaction.atomic():
        row = Ladder.objects.select_for_update().filter(kind=kind).first()
        before = kept(row) if row else None
        if is_on and steps == Ladders().usual(kind):
            Ladder.objects.filter(kind=kind).delete()
            after = None
        else:
            if row is None:
                row = Ladder(kind=kind)
            row.is_on, row.steps = is_on, [list(step) for step in steps]
            after = kept(row)
            if after != before:
                row.set_at = timezone.now()
            row.save()
        if before != after:
            audit.record(Verb.SETTING, None, by=by, values={"ladder": {"kind": kind, "before": before, "after": after}})


def kept(row: Ladder) -> dict:
    return {"is_on": row.is_on, "steps": row.steps}


def check_steps(steps: Steps, *, is_on: bool) -> None:
    problem = ""
    minutes, ways = [after for after, _way in steps], [way for _after, way in steps]
    twice = next((way for way in ways if way != NEXT_WAY and ways.count(way) > 1), "")
    if is_on and not steps:
        problem = _("Say at least one step, or switch it off")
    elif len(steps) > Ladder.MOST:
        problem = _("At most %(count)s steps") % {"count": Ladder.MOST}
    elif any(not 1 <= after <= Ladder.LONGEST for after in minutes):
        problem = _("A step comes after 1 to %(count)s minutes") % {"count": format_number(Ladder.LONGEST)}
    elif any(way not in dict(ways_to_choose()) for way in ways):
        problem = _("There is no such way")
    elif any(later <= earlier for earlier, later in zip(minutes, minutes[1:], strict=False)):
        problem = _("Each step comes later than the one above it")
    elif twice:
        problem = _("This stands there twice: %(what)s") % {"what": dict(ways_to_choose())[twice]}
    if problem:
        raise ValidationError({"steps": problem})


def ways_to_choose() -> list[tuple[str, str | Promise]]:
    """(key, words) of what a step can do."""
    loud = [(channel.key, channel.label) for channel in channels if channel.is_loud]
    return [
        (NEXT_WAY, gettext_lazy("the next way that is set up")),
        *loud,
        (HEAD, gettext_lazy("the head hears of it")),
    ]


def sentence(steps: Steps, name: str = "") -> str:
    """The steps in words; `name`: of somebody who does not look."""
    words = dict(ways_to_choose())
    parts = []
    for after, way in steps:
        when = ngettext("after %(count)s minute", "after %(count)s minutes", after) % {"count": format_number(after)}
        parts.append(f"{when}: {words.get(way, way)}")
    if not parts:
        return _("Nothing more happens")
    told = "; ".join(parts)
    return _("If %(person)s has not seen it %(steps)s") % {"person": name, "steps": told} if name else told
