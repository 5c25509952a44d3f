"""How long the firm has known a client, and how that went: decided before anything of it is told."""

import random
from dataclasses import dataclass

from kartu.clients.models import Touch

KINDS = {"call": Touch.Kind.CALL, "message": Touch.Kind.MESSAGE, "visit": Touch.Kind.MEETING}
DIRECTIONS = {"<": Touch.Direction.IN, ">": Touch.Direction.OUT}
NEW, ACTIVE, SLEEPING, LOST = range(4)


@dataclass(frozen=True)
class Life:
    """`began` and `ended` (the last touch): days, counted from today and below 0. `status`: what became of it."""

    began: int
    ended: int
    status: int

    @property
    def days(self) -> int:
        return self.ended - self.began


@dataclass(frozen=True)
class Step:
    """What passed on the day `day`, counted from the beginning of a life."""

    day: int
    kind: str
    direction: str
    text: str
    result: str
    follows: bool  # the step before it in the same matter


def life(rng: random.Random, *, is_active: bool = False) -> Life:
    """A life of up to two years. Some began yesterday; of `is_active` ones only such as go well and began long ago."""
    age = rng.randrange(200, 730) if is_active else rng.choices((rng.randrange(2), rng.randrange(2, 730)), (1, 60))[0]
    if age < 2:
        return Life(-age, -age, NEW)
    shares = (0, 1, 0, 0) if is_active else (5, 5, 0, 0) if age < 40 else (0, 1, 0, 0) if age < 130 else (0, 62, 26, 11)
    status = rng.choices((NEW, ACTIVE, SLEEPING, LOST), shares)[0]
    silent = rng.randrange(95, age - 10) if status in (SLEEPING, LOST) else rng.randrange(min(age, 55))
    return Life(-age, -silent, status)


def steps(life: Life, talks: tuple[tuple[str, ...], ...], rng: random.Random) -> list[Step]:
    """What passed in a life: a few matters, each in its order, the last of them ending with it."""
    count = 1 if life.status == NEW else min(len(talks), 1 + life.days // rng.randint(55, 100))
    chosen = rng.sample(talks, min(count, 8))
    found: list[Step] = []
    for number, talk in enumerate(chosen):
        gaps = [0, *(rng.randint(1, 6) for _ in talk[1:])]
        length = sum(gaps)
        is_last = number == len(chosen) - 1
        start = 0 if number == 0 else max(0, life.days - length) if is_last else rng.randrange(max(1, life.days - 20))
        found += _told(talk, gaps, start)
    return sorted((step for step in found if step.day <= life.days), key=lambda step: step.day)


def _told(talk: tuple[str, ...], gaps: list[int], start: int) -> list[Step]:
    found, day = [], start
    for at, (line, gap) in enumerate(zip(talk, gaps, strict=True)):
        day += gap
        word, _, said = line[1:].partition(" ")
        text, _, result = said.partition(" | ")
        found.append(Step(day, KINDS[word], DIRECTIONS[line[0]], text, result, at > 0))
    return found
