"""Jobs, events and handlers for tests with real processes, which load this module by KARTU_TEST_MODULES.

`main(["queue", "act", "5"])` in a process of its own queues and publishes. Every effect is a row of
proof_effect, which has no key: what happens twice stands there twice.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction

from kartu.core import live
from kartu.core.jobs import chunk, clock, every, job
from kartu.core.jobs.declare import discover
from kartu.core.models import EventRow
from kartu.core.models.sequence import Position
from kartu.core.outbox import Event, events_after, on, publish, publish_many
from kartu.core.outbox.delivery import subscribe
from kartu.core.testing.people import person

WHY = "a proof with real processes"


def effect(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO proof_effect (key) VALUES (%s)", [key])


@job(system=WHY)
def act(*, by, key: str, seconds: float = 0) -> None:
    effect(key)
    time.sleep(seconds)


@job(system=WHY, atomic=False)
def act_unguarded(*, by, key: str) -> None:
    """The control: its effect commits before the note that it is done."""
    effect(key)


@job(system=WHY, atomic=False, queue="long")
def act_in_chunks(*, by, key: str, upto: int, seconds: float = 0.05) -> None:
    """Goes on where a killed start of it has stopped."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM proof_effect WHERE key LIKE %s", [f"{key}:%"])
        done = cursor.fetchone()[0]
    for number in range(done + 1, upto + 1):
        time.sleep(seconds)
        with chunk(number, upto):
            effect(f"{key}:{number}")


@job(system=WHY)
def die(*, by) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Happened(Event):
    number: int


HAPPENED = [Happened.event_name]


@on(Happened, name="proof.once")
def once(event: Happened) -> None:
    effect(f"once:{event.number}")
    if event.number == -1:
        raise ValueError("This event cannot be handled")
    if event.number == -9:
        os.kill(os.getpid(), signal.SIGKILL)


@on(Happened, name="proof.bulk", bulk=True)
def bulk(events: list[Happened]) -> None:
    for event in events:
        effect(f"bulk:{event.number}")


def main(words: list[str]) -> None:
    verb, *arguments = words
    verbs = [prepare, queue, happen, tell, sign_in, sign_out, happen_slowly, follow, follow_blindly, clock_ticks]
    {function.__name__: function for function in verbs}[verb](*arguments)


def prepare() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE proof_effect (key text)")
        cursor.execute("CREATE TABLE proof_clock (minute integer)")
        cursor.execute("INSERT INTO proof_clock VALUES (0)")
    subscribe()


def queue(name: str, count: str, seconds: str = "0") -> None:
    """Queue `count` jobs called `name`, with the keys "0", "1" ..."""
    discover()
    for number in range(int(count)):
        if name == "act":
            act.later(key=str(number), seconds=float(seconds))
        elif name == "act_in_chunks":
            act_in_chunks.later(key=str(number), upto=int(seconds))
        elif name == "act_unguarded":
            act_unguarded.later(key=str(number))
        else:
            die.later(dedupe=f"die{number}")


def happen(first: str, count: str) -> None:
    """Publish events, a few by publish_many and the rest one by one."""
    numbers = range(int(first), int(first) + int(count))
    half = len(numbers) // 2
    with transaction.atomic():
        publish_many([Happened(number) for number in numbers[:half]])
    for number in numbers[half:]:
        with transaction.atomic():
            publish(Happened(number))


def tell(first: str, count: str, person: str, pause: str = "0") -> None:
    for number in range(int(first), int(first) + int(count)):
        with transaction.atomic():
            live.send("proof", {"number": number}, to=[int(person)] if person != "all" else None)
        time.sleep(float(pause))


def sign_in(name: str) -> None:
    """Make a person with an open session; prints the person's id and the key of the session."""
    somebody = person(name=name, email=f"{name.lower()}@example.com")
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(somebody.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = somebody.get_session_auth_hash()
    session.save()
    print(somebody.pk, session.session_key)


def sign_out(person_id: str, key: str) -> None:
    """End the session, as the page that lists them does."""
    with transaction.atomic():
        import_module(settings.SESSION_ENGINE).SessionStore(key).delete()
        live.send(live.LOOK_AGAIN, {}, to=[int(person_id)])


def happen_slowly(first: str, count: str) -> None:
    """Publish events in transactions that take their time to commit, so that their ids overtake one another."""
    chance = random.Random(int(first))  # noqa: S311 - to be repeatable
    for number in range(int(first), int(first) + int(count)):
        with transaction.atomic():
            publish(Happened(number))
            time.sleep(chance.uniform(0, 0.05))
        time.sleep(chance.uniform(0, 0.02))


def follow(enough: str) -> None:
    """Read the outbox by positions until `enough` events were seen, or nothing comes any more; print their numbers."""
    print(*sorted(read_until(int(enough), Position(), lambda position: events_after(position, names=HAPPENED))))


def follow_blindly(enough: str) -> None:
    """The control: as `follow`, going by the id alone."""

    def rows_after(position: Position) -> list[EventRow]:
        return list(EventRow.objects.filter(id__gt=position.id, name__in=HAPPENED).order_by("id"))

    print(*sorted(read_until(int(enough), Position(), rows_after)))


def read_until(enough: int, position: Position, rows_after: Callable[[Position], list[EventRow]]) -> list[int]:
    seen, ends = [], time.monotonic() + 60
    while len(seen) < enough and time.monotonic() < ends:
        for row in rows_after(position):
            seen.append(row.payload["number"])
            position = row.position
            ends = time.monotonic() + 5
    return seen


@every("*/5 * * * *", name="proof.every_five", system=WHY)
def every_five(*, by) -> None: ...


def clock_ticks() -> None:
    """A clock that ticks all the time, by the minutes that stand in proof_clock; a negative one ends it."""

    def now() -> datetime:
        with connection.cursor() as cursor:
            cursor.execute("SELECT minute FROM proof_clock")
            return datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=cursor.fetchone()[0])

    clock.database_now = now
    while now().year == 2026 and now() >= datetime(2026, 11, 23, tzinfo=UTC):
        clock.tick()
