"""Jobs, events and handlers for tests with real processes, which load this module by KARTU_TEST_MODULES.

`main(["queue", "act", "5"])` in a process of its own queues and publishes. Every effect is a row of
proof_effect, which has no key: what happens twice stands there twice.
"""

import os
import signal
import time
from dataclasses import dataclass

from django.db import connection, transaction

from kartu.core import live
from kartu.core.jobs import chunk, job
from kartu.core.jobs.declare import discover
from kartu.core.outbox import Event, on, publish, publish_many
from kartu.core.outbox.delivery import subscribe

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
    {"prepare": prepare, "queue": queue, "happen": happen, "tell": tell}[verb](*arguments)


def prepare() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE proof_effect (key text)")
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


def tell(first: str, count: str, person: str) -> None:
    for number in range(int(first), int(first) + int(count)):
        with transaction.atomic():
            live.send("proof", {"number": number}, to=[int(person)] if person != "all" else None)
