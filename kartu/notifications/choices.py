"""In which ways a person is told of a kind of news: what he chose, else what the firm chose, else the default."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction
from django.forms import ModelForm
from django.utils.translation import gettext as _

from kartu.firm.models import User
from kartu.notifications.actions import notify
from kartu.notifications.channels import Channel, channels
from kartu.notifications.kinds import Kind, kinds
from kartu.notifications.models import Preference, QuietHours
from kartu.notifications.ways import default_ways, locked_ways
from kartu.security import audit
from kartu.security.models.audit import Verb

OF_FIRM = None


@dataclass(frozen=True)
class Cell:
    """One tick of the table. `is_locked`: it stays on, whatever anybody chooses."""

    channel: Channel
    name: str
    is_on: bool
    is_locked: bool


@dataclass(frozen=True)
class Line:
    """A kind with a tick for each way, and how often what goes outside is collected."""

    kind: Kind
    cells: list[Cell]
    digest: str

    @property
    def digest_name(self) -> str:
        return digest_name(self.kind)


@dataclass(frozen=True)
class Told:
    """How somebody is told of one kind."""

    ways: frozenset[str]
    digest: str = ""


def table(person: User | None) -> list[tuple[str, list[Line]]]:
    """(heading, lines): every kind with every way, as it is for `person`; without one, as the firm has chosen."""
    chosen = chosen_by(person)
    ordered = sorted(kinds, key=lambda kind: (kind.group.order, kind.order))
    return [
        (str(group.label), [line_of(kind, chosen.get(kind.key)) for kind in belonging])
        for group, belonging in groupby(ordered, key=lambda kind: kind.group)
    ]


def line_of(kind: Kind, chosen: Told | None) -> Line:
    locked, told = locked_ways(kind), chosen or usual(kind)
    cells = [
        Cell(channel, name_of(kind, channel), channel.key in told.ways | locked, channel.key in locked)
        for channel in channels
    ]
    return Line(kind, cells, told.digest)


def usual(kind: Kind) -> Told:
    return Told(frozenset(default_ways(kind)))


def name_of(kind: Kind, channel: Channel) -> str:
    """What the tick is called in the form: kind and way."""
    return f"{kind.key}|{channel.key}"


def digest_name(kind: Kind) -> str:
    return f"digest|{kind.key}"


def chosen_by(person: User | None) -> dict[str, Told]:
    """Kind -> what holds for it where somebody has chosen: the person, else the firm."""
    people = [None] if person is None else [None, person.pk]
    return {
        row.kind: Told(frozenset(row.channels), row.digest)
        for person_id in people
        for row in Preference.objects.of(person_id)
    }


def choose(*, by: User, person: User | None, ticked: Iterable[str], digests: Mapping[str, str] | None = None) -> None:
    """Keep what was ticked, for `person` or for the firm; what is locked stays on. What does not differ from what
    holds anyway is not kept, so that later changes of the firm reach it. `digests`: by the names of their choices."""
    names, digests = set(ticked), digests or {}
    above = {} if person is None else chosen_by(None)
    with transaction.atomic():
        before = {row.kind: kept(row) for row in Preference.objects.of(person and person.pk)}
        rows = []
        for kind in kinds:
            told, known = asked_for(kind, names, digests), above.get(kind.key, usual(kind))
            if told != Told(known.ways | locked_ways(kind), known.digest):
                ways = [channel.key for channel in channels if channel.key in told.ways]
                rows.append(Preference(person=person, kind=kind.key, channels=ways, digest=told.digest))
        Preference.objects.of(person and person.pk).delete()
        Preference.objects.bulk_create(rows)
        after = {row.kind: kept(row) for row in rows}
        if before != after:
            audit.record(Verb.SETTING, person, by=by, values={"told_by": {"before": before, "after": after}})


def asked_for(kind: Kind, names: set[str], digests: Mapping[str, str]) -> Told:
    on = {channel.key for channel in channels if name_of(kind, channel) in names} | locked_ways(kind)
    digest = digests.get(digest_name(kind), "")
    may_wait = digest in Preference.Digest.values and not kind.is_urgent
    return Told(frozenset(on), digest if may_wait else "")


def kept(row: Preference) -> list[str]:
    return [*row.channels, *([row.digest] if row.digest else [])]


def send_one(*, by: User, channel: Channel) -> None:
    """A notice to `by` by one way, to see whether it arrives."""
    notify(
        to=[by],
        kind="notifications.test",
        urgent=True,
        title=_("A test from Kartu"),
        text=_("If you read this, this way works: %(way)s") % {"way": channel.label},
        url="/me/told/",
        only=[channel.key],
    )


def keep_quiet(*, by: User, form: ModelForm) -> None:
    """Keep the quiet hours of a valid QuietForm."""
    with transaction.atomic():
        before = quiet_values(QuietHours.objects.filter(person=by).first())
        after = quiet_values(form.save())
        if before != after:
            audit.record(Verb.SETTING, by, by=by, values={"quiet_hours": {"before": before, "after": after}})


def quiet_values(hours: QuietHours | None) -> dict:
    names = ("from_at", "until_at", "days", "outside_work", "digest_at")
    return {name: str(getattr(hours, name)) for name in names} if hours else {}
