"""Tasks that come from calendar files, and the secret address under which a calendar program reads them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from kartu.core.actors import Actor
from kartu.firm.models import User
from kartu.planner.actions.tasks import change_task, set_task
from kartu.planner.ics.reading import Entry
from kartu.planner.models import CalendarFeed, FromCalendar, Task
from kartu.planner.rights import CREATE, VIEW
from kartu.security import audit
from kartu.security.actions import action
from kartu.security.models.audit import Verb


@dataclass
class Taken:
    """What became of a file's entries."""

    new: list[Task] = field(default_factory=list)
    changed: list[Task] = field(default_factory=list)
    same: int = 0
    refused: list[Entry] = field(default_factory=list)
    repeating: list[Entry] = field(default_factory=list)


@action(CREATE)
def take_calendar(*, entries: Iterable[Entry], by: Actor) -> Taken:
    """Make tasks of `by` of a file's entries. One that was taken before is known by its number, and changed where the
    file has changed; it is never there twice."""
    entries = list(entries)
    taken = Taken()
    known = known_entries([entry.uid for entry in entries], by)
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


def take(entry: Entry, known: dict[tuple[str, str], FromCalendar], taken: Taken, by: Actor) -> None:
    row = known.get((entry.uid, entry.recurrence))
    if row is not None and row.source == entry.source:
        taken.same += 1
        return
    if row is None:
        reminders = [{"before": minutes} for minutes in entry.before] or None
        task = set_task(**entry.values, reminders=reminders, by=by)
        row = FromCalendar(task=task, uid=entry.uid, recurrence=entry.recurrence, source=entry.source)
        taken.new.append(task)
    else:
        values = {name: value for name, value in entry.values.items() if name != "kind"}
        taken.changed.append(change_task(task=row.task, values=values, by=by))
        row.source = entry.source
    row.save()
    known[entry.uid, entry.recurrence] = row
    if entry.repeats:
        taken.repeating.append(entry)


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
