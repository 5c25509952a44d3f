"""Tasks and series that come from calendar files, and the secret address under which a calendar program reads them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.planner.actions.calendar_series import (
    change_from,
    known_series,
    start_from,
    take_one_of,
)
from kartu.planner.actions.tasks import change_task, set_task
from kartu.planner.ics.reading import Entry
from kartu.planner.models import CalendarFeed, FromCalendar, Series, SeriesFromCalendar, Task
from kartu.planner.rights import CREATE, VIEW
from kartu.security import audit
from kartu.security.actions import action
from kartu.security.models.audit import Verb


@dataclass
class Taken:
    """What became of a file's entries. `told`: those that were taken, but not as they stand there."""

    new: list[Task | Series] = field(default_factory=list)
    changed: list[Task | Series] = field(default_factory=list)
    same: int = 0
    refused: list[Entry] = field(default_factory=list)
    told: list[Entry] = field(default_factory=list)

    @property
    def series(self) -> list[Series]:
        return [row for row in (*self.new, *self.changed) if isinstance(row, Series)]


@dataclass
class Known:
    """What was taken before, by the numbers of the entries."""

    tasks: dict[tuple[str, str], FromCalendar]
    series: dict[str, SeriesFromCalendar]


@action(CREATE)
def take_calendar(*, entries: Iterable[Entry], by: Actor) -> Taken:
    """Make tasks of `by` of a file's entries, series of those that come again and again. One that was taken before is
    known by its number, and changed where the file has changed; it is never there twice."""
    # Single times after what they are times of, wherever they stand in the file.
    entries = sorted(entries, key=lambda entry: entry.recurrence != "")
    taken = Taken()
    uids = [entry.uid for entry in entries]
    known = Known(known_entries(uids, by), known_series(uids, by))
    for entry in entries:
        if entry.refused:
            taken.refused.append(entry)
            continue
        try:
            take(entry, known, taken, by)
        except ValidationError as error:
            entry.refused = " ".join(error.messages)
            taken.refused.append(entry)
    return taken


def known_entries(uids: list[str], by: Actor) -> dict[tuple[str, str], FromCalendar]:
    rows = FromCalendar.objects.visible_to(by).filter(uid__in=uids, task__person_id=by.pk, trashed_at=None)
    return {(row.uid, row.recurrence): row for row in rows.filter(task__trashed_at=None).select_related("task")}


def take(entry: Entry, known: Known, taken: Taken, by: Actor) -> None:
    row, whole = known.tasks.get((entry.uid, entry.recurrence)), known.series.get(entry.uid)
    if entry.repeat is not None:
        take_series(entry, whole, row, known, taken, by)
    elif row is not None and row.source == entry.source:
        taken.same += 1
    elif row is None and whole is not None and entry.recurrence:
        take_one(entry, whole, known, taken, by)
    elif row is None and whole is not None:
        told = _("It does not come again any more: end the recurring task that it was")
        raise ValidationError(told, code="single")
    elif entry.is_called_off:
        raise ValidationError(_("It was called off"), code="off")
    else:
        take_single(entry, row, known, taken, by)


def take_single(entry: Entry, row: FromCalendar | None, known: Known, taken: Taken, by: Actor) -> None:
    if row is None:
        reminders = [{"before": minutes} for minutes in entry.before] or None
        task = set_task(**entry.values, reminders=reminders, by=by)
        row = FromCalendar(task=task, uid=entry.uid, recurrence=entry.recurrence, source=entry.source)
        taken.new.append(task)
    else:
        values = {name: value for name, value in entry.values.items() if name != "kind"}
        taken.changed.append(change_task(task=row.task, values=values, by=by))
        row.source = entry.source
    keep(entry, row, known, taken)


def take_series(
    entry: Entry, row: SeriesFromCalendar | None, first: FromCalendar | None, known: Known, taken: Taken, by: Actor
) -> None:
    """`first`: what it was when it did not come again yet."""
    if row is not None and row.source == entry.source:
        taken.same += 1
        return
    if row is None:
        row = start_from(entry, by, first.task if first else None)
        taken.new.append(row.series)
    else:
        taken.changed.append(change_from(entry, row, by))
    known.series[entry.uid] = row
    if entry.note:
        taken.told.append(entry)


def take_one(entry: Entry, whole: SeriesFromCalendar, known: Known, taken: Taken, by: Actor) -> None:
    became, row = take_one_of(entry, whole.series, by)
    if became == "same":
        taken.same += 1
        return
    if row is None:  # left out
        taken.changed.append(whole.series)
        return
    (taken.new if became == "new" else taken.changed).append(row.task)
    keep(entry, row, known, taken)


def keep(entry: Entry, row: FromCalendar, known: Known, taken: Taken) -> None:
    row.save()
    known.tasks[entry.uid, entry.recurrence] = row
    if entry.note:
        taken.told.append(entry)


@action(VIEW)
def open_feed(*, by: Actor) -> str:
    """A new secret for the address of `by`'s calendar; the one before opens nothing any more."""
    end_feeds(person=by, by=by)
    secret = CalendarFeed.new_secret()
    feed = CalendarFeed.objects.create(person_id=by.pk, digest=CalendarFeed.digest_of(secret))
    audit.record(Verb.SETTING, feed, by=by, values={"opened": "calendar address"})
    return secret


@action(VIEW)
def close_feed(*, by: Actor) -> None:
    end_feeds(person=by, by=by)


def waiting_feeds(people: Iterable[int]) -> QuerySet[CalendarFeed]:
    return CalendarFeed.objects.filter(person_id__in=people, ended_at=None)


def end_feeds(*, person: User, by: Actor) -> None:
    """No calendar program reads anything under the addresses of `person` any more."""
    for feed in waiting_feeds([person.pk]).select_for_update():
        feed.ended_at = timezone.now()
        feed.save(update_fields=["ended_at"])
        audit.record(Verb.SETTING, feed, by=by, values={"ended": "calendar address"})
