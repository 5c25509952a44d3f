"""Makes the tasks of series: up to a horizon, each once, also those that were to come while the program was off.

Whoever calls it writes already (an action, a job).
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model

from kartu.clients.models import Client, Contact
from kartu.core.outbox import publish
from kartu.firm.models import User
from kartu.firm.working import Book, Deputies
from kartu.planner.actions.parts import name_author, put_items
from kartu.planner.actions.when import put_reminders, usual_reminders
from kartu.planner.events import TaskSet
from kartu.planner.models import Series, Task
from kartu.planner.models.series import beginning_of
from kartu.planner.recurrence import Occurrence, Rule, first_ones, following, occurrences

WHY = "making the tasks of series"
DAY = timedelta(days=1)
# So far ahead they stand in the calendar.
AHEAD = {"DAILY": timedelta(days=10), "WEEKLY": timedelta(days=35), "MONTHLY": timedelta(days=62)}
FARTHEST_AHEAD = timedelta(days=62)
LATE_AFTER = timedelta(minutes=5)
# At once; the rest comes with the next run.
MOST = 400
# Calendars are asked about days so far around what is made.
AROUND = timedelta(days=80)


def horizon(rule: Rule) -> timedelta:
    return AHEAD.get(rule.freq, FARTHEST_AHEAD)


class Maker:
    """One for a run, or for an act: it knows when people work.

    `was_off`: it makes what nobody could make in time, and such tasks say so.
    """

    def __init__(self, now: datetime, *, was_off: bool = False) -> None:
        self.now, self.was_off = now, was_off
        self.books: dict[tuple[int, int | None], Book] = {}
        self.deputies: dict[datetime, Deputies] = {}

    def make(self, series: Series) -> list[Task]:
        """The tasks that `series` lacks up to its horizon."""
        if series.trashed_at or series.segment_id:
            return []
        rule = series.as_rule
        until = self.now + horizon(rule)
        wanted = self.wanted(series, rule, until)
        there = set(tasks_of(series).filter(slot__in=[one.slot for one in wanted]).values_list("slot", flat=True))
        made = [self.make_one(series, one) for one in wanted if one.slot not in there]
        reached = until if len(wanted) < MOST else wanted[-1].moment.astimezone(UTC)
        Series.objects.as_system(WHY).filter(pk=series.pk).update(made_until=reached)
        series.made_until = reached
        return [task for task in made if task]

    def wanted(self, series: Series, rule: Rule, until: datetime) -> list[Occurrence]:
        if rule.after_done:
            is_begun = tasks_of(series).exists()
            return [] if is_begun else self.first(series, 1)
        found = occurrences(rule, series.start, after=self.since(series), until=until, **self.known(series))
        return list(islice(found, MOST))

    def since(self, series: Series) -> datetime:
        """From when on one may be missing: never from before the day on which the series was set up."""
        born = beginning_of(series.created_at.astimezone(series.place).date(), series.place) - timedelta(microseconds=1)
        return max(born, min(series.made_until or born, self.now - DAY))

    def first(self, series: Series, number: int, after: datetime | None = None) -> list[Occurrence]:
        return first_ones(series.as_rule, series.start, number, after=after, **self.known(series))

    def known(self, series: Series) -> dict:
        return {"is_working_day": self.working_day(series.person), "field_date": field_date(series)}

    def working_day(self, person: User) -> Callable[[date], bool]:
        return lambda day: self.book(person).is_working_day(person, day, with_absences=False)

    def book(self, person: User) -> Book:
        """What is known of his working days and absences, a year around now."""
        key = (person.pk, person.team_id)
        if key not in self.books:
            today = self.now.date()
            self.books[key] = Book.of([person], today - 5 * AROUND, today + 5 * AROUND)
        return self.books[key]

    def make_one(self, series: Series, one: Occurrence) -> Task | None:
        """The task of one occurrence; None: another process was first."""
        person, instead_of = self.who_does(series, one)
        task = Task(series=series, slot=one.slot, person=person, instead_of=instead_of, **template(series))
        for name, value in series.times_of(one).items():
            setattr(task, name, value)
        task.derive()
        task.came_late = self.was_off and bool(task.late_at) and task.late_at < self.now - LATE_AFTER
        try:
            with transaction.atomic():
                task.save()
        except IntegrityError:
            return None
        if series.author_id and series.author_id != person.pk:
            name_author(task, series.author)
        put_items(task, series.items)
        put_reminders(task, person, reminders_of(series, task))
        publish(TaskSet(task.pk, person.pk, None))
        return task

    def who_does(self, series: Series, one: Occurrence) -> tuple[User, User | None]:
        """Whoever the series falls to; his deputy, where he is away then and one is named."""
        deputy = self.deputy(series.person, one.day, one.moment)
        return (deputy, series.person) if deputy else (series.person, None)

    def deputy(self, person: User, day: date, moment: datetime) -> User | None:
        # On a day off, too: it may lie in the middle of a leave.
        if not self.book(person).hours(person, day).off:
            return None
        at = moment.astimezone(UTC)
        if at not in self.deputies:
            self.deputies[at] = Deputies(at)
        return next(iter(self.deputies[at].of(person)), None)

    def make_next(self, task: Task) -> Task | None:
        """The one after completion, `task` being closed. However often that is closed, there is one next."""
        series = Series.objects.as_system(WHY).live().filter(pk=task.series_id).first()
        if series is None or not series.as_rule.after_done:
            return None
        number = int(task.slot[1:]) if task.slot.startswith("#") else 1
        done_at = task.closed_at or self.now
        one = following(
            series.as_rule,
            series.start,
            done_at=done_at,
            number=number + 1,
            is_working_day=self.working_day(series.person),
        )
        if one is None or tasks_of(series).filter(slot=one.slot).exists():
            return None
        return self.make_one(series, one)


def tasks_of(series: Series):
    return Task.objects.as_system(WHY).filter(series_id=series.pk, trashed_at=None)


# What a task takes over from its series as it stands there.
TAKEN = (
    "title", "text", "kind", "priority", "client_id", "contact_id", "author_id", "estimate_minutes", "needs_acceptance",
    "is_private",
)  # fmt: skip


def template(series: Series) -> dict:
    return {name: getattr(series, name) for name in TAKEN}


def reminders_of(series: Series, task: Task) -> Iterable[dict]:
    return usual_reminders(task) if series.reminders is None else series.reminders


# --- dates of the client -----------------------------------------------------------------------------------------


def field_date(series: Series) -> date | None:
    """The date of the client, or of the contact, that the rule counts from."""
    return next(iter(field_dates([series])))


def field_dates(rows: Iterable[Series]) -> list[date | None]:
    """The same of many, in their order: two queries, however many there are."""
    fields = [(series, series.as_rule.field) for series in rows]
    counted = [series for series, field in fields if field]
    clients = in_bulk(Client, {series.client_id for series in counted})
    contacts = in_bulk(Contact, {series.contact_id for series, field in fields if field == "birthday"})
    return [
        date_of(field, clients.get(series.client_id), contacts.get(series.contact_id)) if field else None
        for series, field in fields
    ]


def in_bulk(model: type[Model], ids: set[int | None]) -> dict[int | None, Any]:
    ids = ids - {None}
    return {row.pk: row for row in model.objects.as_system(WHY).filter(pk__in=ids)} if ids else {}


def date_of(field: str, client: Client | None, contact: Contact | None) -> date | None:
    if field == "birthday":
        return (contact and contact.birthday) or (client and client.birthday)
    value = client and client.own_values.get(field.removeprefix("f"))
    try:
        return date.fromisoformat(value[:10]) if value else None
    except (TypeError, ValueError):
        return None
