"""Writers that overtake one another and sealers that race, each in a process of its own."""

import json
import random
import time
from dataclasses import dataclass

from django.db import transaction

from kartu.core.actors import System
from kartu.security import audit, views_log
from kartu.security.models import ViewRow
from kartu.security.models.audit import Verb
from kartu.security.seals.sealing import seal_new
from kartu.security.seals.verifying import verify_log


@dataclass(frozen=True)
class Looker:
    pk: int
    is_system: bool = False


class Undone(Exception):
    pass


def write(seed: int, count: int) -> None:
    """`count` transactions of some rows each, short and long; every fifth is rolled back."""
    chance = random.Random(seed)  # noqa: S311 - to be repeatable
    for number in range(count):
        views_log.saw(ViewRow.LIST, by=Looker(seed), detail={"n": number}, at_once=True)
        try:
            with transaction.atomic():
                for row in range(chance.randint(1, 4)):
                    audit.record(Verb.SETTING, by=System("proof of seals"), values={"n": [number, row]})
                    time.sleep(chance.choice([0, 0, 0.005, 0.03]))
                if number % 5 == 4:
                    raise Undone
        except Undone:
            pass


def seal(seconds: float) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        seal_new()
        time.sleep(0.01)


def verified() -> None:
    """Print [broken, sealed rows, rows that wait]."""
    outcome = verify_log()
    print(json.dumps([list(map(str, outcome.findings)), outcome.rows, outcome.waiting]))
